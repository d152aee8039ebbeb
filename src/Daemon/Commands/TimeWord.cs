using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Commands;

/// <summary>A moment on the command line: unix seconds, ISO 8601, or how long ago (<c>14d</c>).</summary>
internal static class TimeWord
{
    public const string Expected = "unix seconds, ISO 8601, or how long ago, e.g. 14d";

    public static bool TryParse(string text, DateTimeOffset now, out long unixMs)
    {
        unixMs = 0;
        // A bare number is a time, not a duration.
        if (text.Length > 0 && char.IsAsciiLetter(text[^1]) && DurationText.TryParse(text, out var ago))
            unixMs = (now - ago).ToUnixTimeMilliseconds();
        else if (TimePoint.TryParse(text, out var point) && point.UnixMs is { } ms)
            unixMs = ms;
        else
            return false;
        return true;
    }
}
