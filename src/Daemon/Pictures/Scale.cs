namespace Tocsin.Daemon.Pictures;

/// <summary>Maps values to 0..1 along an axis, and says where to put ticks.</summary>
internal abstract record Scale(double Min, double Max)
{
    /// <summary>0 at <see cref="Scale.Min"/>, 1 at <see cref="Scale.Max"/>; beyond them outside of 0..1, never NaN for a number.</summary>
    public double Unit(double value) => (Bend(value) - Bend(Min)) / (Bend(Max) - Bend(Min));

    /// <summary>Ticks at least <paramref name="gap"/> apart (share of the axis), rounder numbers preferred, ascending.</summary>
    public IReadOnlyList<double> Ticks(double gap)
    {
        var taken = new List<double>();
        foreach (var tick in Candidates(gap))
        {
            var at = Unit(tick);
            if (at is >= -1e-9 and <= 1 + 1e-9 && taken.TrueForAll(t => Math.Abs(Unit(t) - at) >= gap))
                taken.Add(tick);
        }
        taken.Sort();
        return taken;
    }

    /// <summary>1, 2 or 5 times a power of ten, the smallest that is at least <paramref name="least"/> (positive).</summary>
    public static double NiceStep(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        var share = least / power;
        return power * (share <= 1 + 1e-9 ? 1 : share <= 2 + 1e-9 ? 2 : share <= 5 + 1e-9 ? 5 : 10);
    }

    protected abstract double Bend(double value);

    /// <summary>Best ones first; may lie outside of the axis.</summary>
    protected abstract IEnumerable<double> Candidates(double gap);

    /// <summary>1, then 3, then 2 and 5 times every power of ten between two magnitudes, decades first.</summary>
    protected static IEnumerable<double> Decades(double low, double high)
    {
        var (from, to) = ((int)Math.Floor(Math.Log10(low)), (int)Math.Ceiling(Math.Log10(high)));
        foreach (var factor in (double[])[1, 3, 2, 5])
        {
            for (var power = to; power >= from; power--)
                yield return factor * Math.Pow(10, power);
        }
    }
}

internal sealed record LinearScale(double Min, double Max) : Scale(Min, Max)
{
    /// <summary>Widened to ticks; equal or non-finite ends become an axis of length one.</summary>
    public static LinearScale Around(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || high <= low)
            (low, high) = double.IsFinite(low) ? (low - 0.5, low + 0.5) : (0, 1);
        var step = NiceStep((high - low) / 6);
        return new LinearScale(Math.Floor(low / step) * step, Math.Ceiling(high / step) * step);
    }

    protected override double Bend(double value) => value;

    protected override IEnumerable<double> Candidates(double gap)
    {
        var step = NiceStep((Max - Min) * gap);
        var first = Math.Ceiling((Min / step) - 1e-9);
        for (var k = 0; (first + k) * step <= Max + (step * 1e-9) && k < 1000; k++)
            yield return (first + k) * step;
    }
}

/// <summary>Positive values only; others lie on the lower end.</summary>
internal sealed record LogScale(double Min, double Max) : Scale(Min, Max)
{
    public static LogScale Around(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low <= 0 || high < low)
            (low, high) = (1, 10);
        return high > low * 1.2 ? new LogScale(low / 1.15, high * 1.15) : new LogScale(low / 2, high * 2);
    }

    protected override double Bend(double value) => Math.Log(Math.Max(value, Min / 10));

    protected override IEnumerable<double> Candidates(double gap) => Decades(Min, Max);
}

/// <summary>asinh(v / <see cref="Knee"/>): straight below the knee, logarithmic far above it, so calm stretches and peaks are both readable;
/// zero and negative values have their place, which a logarithm lacks.</summary>
internal sealed record AsinhScale(double Min, double Max, double Knee) : Scale(Min, Max)
{
    /// <summary>The knee at the median magnitude of the values that are not zero; <paramref name="keep"/> always in view with some room above.</summary>
    public static AsinhScale Around(IEnumerable<float> values, double keep)
    {
        var sizes = new List<float>();
        double low = 0, high = double.IsFinite(keep) ? keep : 0;
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                continue;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
            if (value != 0)
                sizes.Add(Math.Abs(value));
        }
        if (high <= low)
            high = low + 1;
        sizes.Sort();
        // A knee below a millionth of the range would give more than six decades to noise.
        var knee = Math.Max(sizes.Count > 0 ? sizes[sizes.Count / 2] : 1, Math.Max(high, -low) * 1e-6);
        var room = 0.06 * (Math.Asinh(high / knee) - Math.Asinh(low / knee));
        return new AsinhScale(low < 0 ? knee * Math.Sinh(Math.Asinh(low / knee) - room) : 0, knee * Math.Sinh(Math.Asinh(high / knee) + room), knee);
    }

    protected override double Bend(double value) => Math.Asinh(value / Knee);

    protected override IEnumerable<double> Candidates(double gap)
    {
        yield return 0;
        foreach (var size in Decades(Knee / 5, Math.Max(Max, -Min)))
        {
            yield return size;
            yield return -size;
        }
    }
}
