using Tocsin.Shared.Flow;
using Tocsin.Unit.Learning;

namespace Tocsin.Unit.Growth;

/// <summary>Kinds of job that <see cref="SmallRecording"/> does not have.</summary>
internal static class Strange
{
    /// <summary>Bursts on the CPU, much memory; not seen in training.</summary>
    public static Segment Burst(int seed, int frames = 50, long startMs = 1_720_000_000_000) => SmallRecording.Of("burst", frames, seed, startMs, (t, m, v) => m switch
    {
        0 => (t / 4) % 2 == 0 ? 95 + v : 5 + v,
        1 => 90 + (0.2f * v),
        2 => 8 + v,
        _ => v,
    });

    /// <summary>All at once, all the time.</summary>
    public static Segment Flood(int seed, int frames = 50) => SmallRecording.Of("flood", frames, seed, 1_725_000_000_000, (t, m, v) => m switch
    {
        0 => 55 + (5 * MathF.Sin(t * 0.2f)) + v,
        1 => 70 - (t * 0.3f) + v,
        2 => 150 + (30 * MathF.Sin(t * 1.5f)) + v,
        _ => v,
    });

    /// <summary>A solver on a machine whose memory is filled a little more.</summary>
    public static Segment Drifted(int seed) => SmallRecording.Of("solver", 60, seed, 1_726_000_000_000, (_, m, v) => m == 1 ? v + 2.5f : v);
}
