namespace Tocsin.Actors.Sinks;

/// <summary>How telling a sink does. Times are unix milliseconds, 0 = never since the start.</summary>
/// <param name="Trouble">Why the last attempt failed; null where it did not.</param>
/// <param name="TroubleMs">Since when none succeeds.</param>
/// <param name="Held">Alerts that silences keep from it.</param>
public readonly record struct SinkHealth(long DeliveredMs, string? Trouble, long TroubleMs, int Held);
