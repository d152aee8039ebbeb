namespace Tocsin.Inference.Faults.Moe;

/// <summary>What training found of each feature: mean and standard deviation, and median and quartile distance (over 1.349, a standard deviation where values are normal).</summary>
public sealed record InputScaling(float[] Mean, float[] Deviation, float[] Median, float[] Spread)
{
    /// <summary>No deviation is taken for smaller: a feature that never moved must not blow up the first time it does.</summary>
    private const float Least = 1e-3f;

    /// <summary>Values of one feature beyond this many are drawn evenly from all.</summary>
    private const int MostValues = 100_000;

    public int Features => Mean.Length;

    /// <summary>From the values that are there. A feature that is never there: mean 0, deviation 1.</summary>
    public static InputScaling Fit(FaultHistory history, IntervalRange train)
    {
        var n = history.Features;
        float[] mean = new float[n], deviation = new float[n], median = new float[n], spread = new float[n];
        List<float> values = [];
        for (var f = 0; f < n; f++)
        {
            values.Clear();
            var every = Math.Max(1, checked(train.Length * history.Hosts) / MostValues);
            var at = 0;
            for (var t = train.First; t < train.End; t++)
            {
                for (var h = 0; h < history.Hosts; h++)
                {
                    var value = history[t].Row(h)[f];
                    if (at++ % every == 0 && float.IsFinite(value))
                        values.Add(value);
                }
            }
            (mean[f], deviation[f], median[f], spread[f]) = Moments(values);
        }
        return new InputScaling(mean, deviation, median, spread);
    }

    private static (float, float, float, float) Moments(List<float> values)
    {
        if (values.Count == 0)
            return (0, 1, 0, 1);
        values.Sort();
        double sum = 0, squares = 0;
        foreach (var value in values)
            sum += value;
        var mean = sum / values.Count;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        var deviation = (float)Math.Sqrt(squares / values.Count);
        var quartiles = (values[values.Count * 3 / 4] - values[values.Count / 4]) / 1.349f;
        var floor = Math.Max(Least * Math.Max(Math.Abs((float)mean), deviation), 1e-6f);
        return ((float)mean, Math.Max(deviation, floor), values[values.Count / 2], Math.Max(quartiles, floor));
    }
}
