using Tocsin.Shared;

namespace Tocsin.Inference.Preparation;

/// <summary>Turns the frames of one segment, in order, into what the model sees. Causal: a frame's output depends on nothing after it.</summary>
/// <remarks>A missing value is held from the last known one of the segment (the mean before any is known) and marked as missing.</remarks>
public sealed class FramePreparer
{
    private readonly PreparationPlan _plan;
    private readonly Scaling _scaling;
    private readonly float[] _held;
    private readonly TreatmentState[] _states;
    private long _previousMs;

    public FramePreparer(PreparationPlan plan, NodeKey node)
    {
        _plan = plan;
        _scaling = plan.ScalingFor(node);
        _held = new float[plan.Count];
        _states = new TreatmentState[plan.Count];
        Array.Fill(_states, new TreatmentState());
    }

    /// <param name="values">The frame, in the columns of its schema, NaN = missing.</param>
    /// <param name="columns">From <see cref="PreparationPlan.MapColumns"/>.</param>
    /// <param name="unclipped">Standardised, per metric of the plan.</param>
    /// <param name="missing">1 where the value was held.</param>
    public void Push(ReadOnlySpan<float> values, ReadOnlySpan<int> columns, long timeMs, Span<float> unclipped, Span<byte> missing)
    {
        var seconds = (timeMs - _previousMs) / 1000.0;
        for (var m = 0; m < columns.Length; m++)
        {
            double value = columns[m] < 0 ? double.NaN : values[columns[m]];
            var metric = _plan.Metrics[m];
            value = metric.Transform(_states[m].Push(metric.Treatment, value, seconds));
            if (double.IsFinite(value))
            {
                _held[m] = (float)((value - _scaling.Mean[m]) / _scaling.Sigma[m]);
                missing[m] = 0;
            }
            else
            {
                missing[m] = 1;
            }
            unclipped[m] = _held[m];
        }
        _previousMs = timeMs;
    }
}
