using System.Globalization;

namespace Tocsin.Ingest.Recordings;

/// <summary>A moment in a file: unix seconds or ISO 8601 (a blank for the T is fine), UTC where it names no zone.</summary>
public static class EventTime
{
    /// <summary>1970-01-02 .. 9999-12-31: outside of it a number is no unix time in seconds.</summary>
    public const double MinSeconds = 86_400, MaxSeconds = 253_402_300_799;

    public static bool TryParse(string text, out long unixMs)
    {
        unixMs = 0;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var seconds))
        {
            if (!(seconds >= MinSeconds && seconds <= MaxSeconds))
                return false;
            unixMs = (long)Math.Round(seconds * 1000);
            return true;
        }
        // Without the check on the first characters the BCL would also take "July", "1:30" or a weekday.
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return false;
        unixMs = time.ToUnixTimeMilliseconds();
        return unixMs >= MinSeconds * 1000;
    }
}
