namespace Tocsin.Daemon.Http;

/// <summary>Times as the API writes them: ISO 8601, UTC, milliseconds.</summary>
internal static class Iso
{
    /// <summary>Null for 0, which stands for none.</summary>
    public static string? Text(long unixMs) => unixMs == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-ddTHH:mm:ss.fffZ");

    /// <summary>Of a tick of a grid; 0 is a time, too.</summary>
    public static string Tick(long tick, long stepMs) => DateTimeOffset.FromUnixTimeMilliseconds(tick * stepMs).ToString("yyyy-MM-ddTHH:mm:ss.fffZ");

    public static string? Text(long? unixMs) => unixMs is { } ms ? Text(ms) : null;
}
