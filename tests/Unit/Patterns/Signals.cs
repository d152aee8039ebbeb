using Tocsin.Inference.Patterns;

namespace Tocsin.Unit.Patterns;

/// <summary>Segments of known kinds: each kind is a process of its own in every metric.</summary>
internal static class Signals
{
    public const int Metrics = 6;

    public static readonly string[] Kinds = ["solver", "writer", "bursts", "sweep"];

    public static PatternSample Sample(string kind, int frames, int seed, bool idle = false, string? jobName = null, string? user = null)
    {
        var random = new Random((seed * 7919) + frames);
        var values = new float[frames * Metrics];
        var phase = random.NextDouble() * 6;
        for (var t = 0; t < frames; t++)
        {
            for (var m = 0; m < Metrics; m++)
                values[(t * Metrics) + m] = (float)(Level(kind, m, t, phase) + (0.15 * Normal(random)));
        }
        return new PatternSample($"{kind}-{seed}-{frames}", values, frames, idle, idle ? null : jobName ?? kind, user);
    }

    /// <summary>Seeds 0..runs-1 of every kind, of 60 to 260 frames.</summary>
    public static List<PatternSample> Family(int runs, string[]? kinds = null) =>
        [.. (kinds ?? Kinds).SelectMany(kind => Enumerable.Range(0, runs).Select(r => Sample(kind, 60 + (40 * (r % 6)), r)))];

    private static double Level(string kind, int metric, int t, double phase) => (kind, metric % 3) switch
    {
        ("solver", 0) => 1.0 + (0.1 * Math.Sin((t / 3.0) + phase)),
        ("solver", 1) => -0.8,
        ("solver", 2) => 0.5,
        ("writer", 0) => -0.6,
        ("writer", 1) => 1.5 + Math.Sin((t / 2.0) + phase),
        ("writer", 2) => -0.5,
        ("bursts", 0) => t % 9 < 3 ? 2 : -0.5,
        ("bursts", 1) => -0.2,
        ("bursts", 2) => t % 9 < 3 ? -1 : 0.4,
        ("sweep", 0) => 0.2,
        ("sweep", 1) => Math.Sin((t / 8.0) + phase),
        ("sweep", 2) => -1.2,
        ("quiet", _) => -1,
        ("daily", _) => -1 + (t % 30 < 5 ? 0.8 : 0),
        ("strange", 0) => -3,
        ("strange", 1) => t % 2 == 0 ? 3 : -3,
        ("strange", 2) => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
    };

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
