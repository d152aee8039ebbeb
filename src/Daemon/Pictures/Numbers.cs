using System.Globalization;

namespace Tocsin.Daemon.Pictures;

/// <summary>Numbers as they stand beside ticks.</summary>
internal static class Numbers
{
    /// <summary>Plain from 0.001 to 99,999, else with an exponent: 0.05, 300, 1e6.</summary>
    public static string Short(double value)
    {
        var size = Math.Abs(value);
        if (size is 0 or (>= 0.00095 and < 99_999.5))
            return value.ToString(size < 1 ? "0.####" : size < 100 ? "0.##" : "0", CultureInfo.InvariantCulture);
        return value.ToString("0.##e0", CultureInfo.InvariantCulture);
    }
}
