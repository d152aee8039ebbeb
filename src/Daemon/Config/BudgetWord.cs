using System.Globalization;

namespace Tocsin.Daemon.Config;

/// <summary><c>10/day</c>: how many alerts a site wants to look at.</summary>
internal static class BudgetWord
{
    public const string Expected = "a number and a time, from 0.01/day to 100000/day, e.g. 10/day, 2/hour, 20/week";

    /// <param name="perDay">Alerts a day of the whole site.</param>
    public static bool TryParse(string text, out double perDay)
    {
        perDay = 0;
        if (text.Split('/') is not [var number, var unit] || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            return false;
        perDay = count * unit.Trim() switch
        {
            "hour" or "h" => 24,
            "day" or "d" => 1,
            "week" or "w" => 1 / 7.0,
            _ => double.NaN,
        };
        return perDay is >= 0.01 and <= 100_000;
    }
}
