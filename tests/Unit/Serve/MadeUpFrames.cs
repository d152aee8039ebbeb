using Tocsin.Daemon.Serve.Frames;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Shared;

namespace Tocsin.Unit.Serve;

/// <summary>Frames of three metrics as a shard would show them: a share in percent of one, bytes on a logarithmic scale, a rate.</summary>
internal static class MadeUpFrames
{
    public static readonly PreparationPlan Plan = PlanOf(0.5);

    /// <summary>Spreads of what the model cannot tell, standardised.</summary>
    public static readonly EnvelopeState Band = new(new float[6], [0.2f, 0.1f, 0.5f, 1, 1, 1], new float[6], [1, 1, 1, 1, 1, 1]);

    public static PreparationPlan PlanOf(double share) => new(
        [
            new MetricPlan("cpu_user_share", "share", Treatment.Level, 0, 0.01), new MetricPlan("memory_available_bytes", "bytes", Treatment.Level, 1e9, 0.01), new MetricPlan("page_faults_major", "1/s", Treatment.Increase, 0, 0.01),
        ],
        [], new Scaling([share, 3, 10], [0.25, 0.5, 5]), new Dictionary<string, Scaling>(), 5);

    /// <param name="values">Standardised, one a metric; what was expected is 0 of each.</param>
    public static void Keep(this FrameHistory frames, NodeKey node, long timeMs, params float[] values) =>
        frames.Keep(node, timeMs, Plan, Row(values), Band);

    public static Half[] Row(params float[] values) => [.. values.Select(v => (Half)v), .. values.Select(v => float.IsNaN(v) ? Half.NaN : (Half)0)];
}
