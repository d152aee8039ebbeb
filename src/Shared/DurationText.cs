using System.Globalization;

namespace Tocsin.Shared;

/// <summary>Durations as they are typed: <c>250ms</c>, <c>5s</c>, <c>1.5m</c>, <c>2h</c>, <c>7d</c>; a bare number is seconds.</summary>
public static class DurationText
{
    private static readonly (string Suffix, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];

    /// <summary>0 to 10 years.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        text = text.Trim();
        var factor = 1.0;
        foreach (var (suffix, seconds) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            factor = seconds;
            text = text[..^suffix.Length];
            break;
        }
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number * factor is not (>= 0 and <= 315_360_000))
            return false;
        duration = TimeSpan.FromSeconds(number * factor);
        return true;
    }
}
