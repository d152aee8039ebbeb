using System.Globalization;

namespace Tocsin.Shared;

/// <summary>A moment given as unix seconds, ISO 8601, or a share 0..1 of a recording's span.</summary>
public readonly record struct TimePoint(long? UnixMs, double? Share)
{
    public static bool TryParse(string text, out TimePoint point)
    {
        point = default;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            // Unix seconds from 1970-01-02 on; nobody's recording is that old, and shares end at 1.
            if (number is >= 0 and <= 1)
                point = new TimePoint(null, number);
            else if (number is >= 86_400 and < 253_402_300_800)
                point = new TimePoint((long)Math.Round(number * 1000), null);
            else
                return false;
            return true;
        }
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return false;
        point = new TimePoint(time.ToUnixTimeMilliseconds(), null);
        return true;
    }

    public long Resolve(long firstMs, long lastMs) =>
        UnixMs ?? firstMs + (long)Math.Round(Share!.Value * (lastMs - firstMs));
}

/// <summary>Which segments to take: those that start at or after <see cref="From"/> and before <see cref="Until"/>. Null = open.</summary>
public readonly record struct TimeRange(TimePoint? From, TimePoint? Until);
