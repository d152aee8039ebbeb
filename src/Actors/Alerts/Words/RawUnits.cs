using System.Globalization;

namespace Tocsin.Actors.Alerts.Words;

/// <summary>Numbers as an operator says them: 3.1 GiB, 97 %, 12 ms, 41 +- 4 GiB. Three significant digits; units are the catalogue's.</summary>
public static class RawUnits
{
    private static readonly (double Size, string Name)[] Binary =
        [(1L << 50, "PiB"), (1L << 40, "TiB"), (1L << 30, "GiB"), (1L << 20, "MiB"), (1L << 10, "KiB"), (1, "B")];

    private static readonly (double Size, string Name)[] Seconds = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s"), (1e-3, "ms"), (1e-6, "us")];

    private static readonly (double Size, string Name)[] Hertz = [(1e9, "GHz"), (1e6, "MHz"), (1e3, "kHz"), (1, "Hz")];

    private static readonly (double Size, string Name)[] Plain = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, "")];

    public static string Value(double value, string unit)
    {
        if (double.IsNaN(value))
            return "nothing";
        var scale = Scale.For(unit, Math.Abs(value));
        return scale.Number(value) + scale.Suffix;
    }

    /// <summary>"100 MiB, expected 41 +- 4 GiB": each side in the scale of its own that it is read in, and with its unit.</summary>
    /// <param name="spread">Left out where it is too small to be written beside the expectation.</param>
    /// <param name="word">By whom it is expected.</param>
    public static string Against(double value, double expected, double spread, string unit, string word = "expected")
    {
        if (!double.IsFinite(expected))
            return Value(value, unit);
        var around = double.IsFinite(spread) && spread > 0 ? spread : 0;
        var scale = Scale.For(unit, Math.Max(Math.Abs(expected), around));
        var width = scale.Number(around);
        return $"{Value(value, unit)}, {word} {scale.Number(expected)}{(around == 0 || width.StartsWith('<') ? "" : $" +- {width}")}{scale.Suffix}";
    }

    /// <summary>"45 s", "12 min", "3.5 h", "2.1 d".</summary>
    public static string Span(long milliseconds)
    {
        var seconds = Math.Max(0, milliseconds) / 1000.0;
        return seconds switch
        {
            < 90 => Digits(seconds) + " s",
            < 5400 => Digits(seconds / 60) + " min",
            < 172_800 => Digits(seconds / 3600) + " h",
            _ => Digits(seconds / 86_400) + " d",
        };
    }

    internal static string Digits(double number)
    {
        var size = Math.Abs(number);
        if (!double.IsFinite(number))
            return double.IsNaN(number) ? "nothing" : number > 0 ? "+inf" : "-inf";
        return size switch
        {
            0 => "0",
            // Nobody reads 2.05e-6 %: that it is next to nothing is all there is to know.
            < 0.0005 => number > 0 ? "<0.001" : "0",
            >= 1e15 => number.ToString("0.##e+0", CultureInfo.InvariantCulture),
            < 0.01 => number.ToString("0.###", CultureInfo.InvariantCulture),
            >= 100 => number.ToString("0", CultureInfo.InvariantCulture),
            >= 10 => number.ToString("0.#", CultureInfo.InvariantCulture),
            >= 1 => number.ToString("0.##", CultureInfo.InvariantCulture),
            _ => number.ToString("G3", CultureInfo.InvariantCulture),
        };
    }

    private readonly record struct Scale(double Factor, string Suffix)
    {
        public string Number(double value) => Digits(value * Factor);

        public static Scale For(string unit, double size) => unit switch
        {
            "bytes" => Of(Binary, size, " ", ""),
            "bytes/s" => Of(Binary, size, " ", "/s"),
            "KiB/s" => Of(Binary, size * 1024, " ", "/s", 1024),
            "MiB" => Of(Binary, size * (1 << 20), " ", "", 1 << 20),
            "share" => new Scale(100, " %"),
            "percent" => new Scale(1, " %"),
            "s" => Of(Seconds, size, " ", ""),
            "s/op" => Of(Seconds, size, " ", " an operation"),
            "Hz" => Of(Hertz, size, " ", ""),
            "MHz" => Of(Hertz, size * 1e6, " ", "", 1e6),
            "celsius" => new Scale(1, " C"),
            "watts" => new Scale(1, " W"),
            "1/s" => Of(Plain, size, "", " a second"),
            "" => Of(Plain, size, "", ""),
            _ => Of(Plain, size, "", " " + OneLine.Of(unit, 24)),
        };

        private static Scale Of((double Size, string Name)[] scales, double size, string before, string after, double unit = 1)
        {
            foreach (var (step, name) in scales)
            {
                if (size >= step || step == scales[^1].Size)
                    return new Scale(unit / step, size == 0 && scales == Seconds ? before + "s" + after : before + name + after);
            }
            throw new InvalidOperationException("no scale");
        }
    }
}
