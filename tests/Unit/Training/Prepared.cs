using Tocsin.Inference.Preparation;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Training;
using Tocsin.Unit.Preparation;

namespace Tocsin.Unit.Training;

/// <summary>Segments in the model's terms, written by hand: what stands in them is what the model sees.</summary>
internal static class Prepared
{
    public static PreparedSegment From(int frames, int metrics, Func<int, int, float> value, Func<int, int, bool>? missing = null, Func<int, int>? tick = null)
    {
        var values = new float[frames * metrics];
        var hidden = new byte[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(i / metrics, i % metrics);
            hidden[i] = missing?.Invoke(i / metrics, i % metrics) == true ? (byte)1 : (byte)0;
        }
        var names = Enumerable.Range(0, metrics).Select(m => $"m{m}").ToArray();
        return new PreparedSegment
        {
            Source = Segments.From(names, frames, t => values[(t * metrics)..((t + 1) * metrics)]),
            Metrics = metrics,
            Values = values,
            Unclipped = values,
            Missing = hidden,
            Ticks = [.. Enumerable.Range(0, frames).Select(t => tick?.Invoke(t) ?? t)],
            LogTime = [.. Enumerable.Range(0, frames).Select(t => MathF.Log(1 + t))],
        };
    }

    /// <summary>White noise of deviation 1: nothing in it tells of anything else in it.</summary>
    public static TrainingSegment Noise(int frames, int metrics, ulong seed)
    {
        var random = new SeededRandom(seed);
        return new TrainingSegment(From(frames, metrics, (_, _) => Normal(random)), 1);
    }

    /// <summary>One hidden wave that every metric shows in its own strength, and a third of noise.</summary>
    public static TrainingSegment Waves(int frames, int metrics, ulong seed, double period = 17, int pattern = 1)
    {
        var random = new SeededRandom(seed);
        var phase = random.NextFloat() * 6.28;
        return new TrainingSegment(
            From(frames, metrics, (t, m) => (float)((m % 2 == 0 ? 1.2 : -1.2) * Math.Sin(phase + (t * 6.28 / period))) + (0.33f * Normal(random))), pattern);
    }

    private static float Normal(SeededRandom random)
    {
        double a = Math.Max(1e-7, random.NextFloat()), b = random.NextFloat();
        return (float)(Math.Sqrt(-2 * Math.Log(a)) * Math.Cos(2 * Math.PI * b));
    }
}
