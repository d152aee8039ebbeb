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
        _states = new TreatmentState[plan.Metrics.Count(m => m.Treatment != Treatment.Level)];
        Array.Fill(_states, new TreatmentState());
    }

    /// <summary>Goes on where <see cref="State"/> was taken.</summary>
    /// <exception cref="ArgumentException">The state is another plan's.</exception>
    public FramePreparer(PreparationPlan plan, NodeKey node, PreparerState state) : this(plan, node)
    {
        if (state.Held.Length != _held.Length || state.Treated.Length != 2 * _states.Length)
            throw new ArgumentException($"state of {state.Held.Length} metrics, {state.Treated.Length / 2} of them treated, for a plan of {_held.Length} and {_states.Length}", nameof(state));
        state.Held.CopyTo(_held, 0);
        for (var i = 0; i < _states.Length; i++)
            _states[i] = TreatmentState.Of(state.Treated[2 * i], state.Treated[(2 * i) + 1]);
        _previousMs = state.PreviousMs;
    }

    public PreparerState State
    {
        get
        {
            var treated = new double[2 * _states.Length];
            for (var i = 0; i < _states.Length; i++)
                (treated[2 * i], treated[(2 * i) + 1]) = _states[i].Numbers;
            return new PreparerState((float[])_held.Clone(), treated, _previousMs);
        }
    }

    /// <param name="values">The frame, in the columns of its schema, NaN = missing.</param>
    /// <param name="columns">From <see cref="PreparationPlan.MapColumns"/>.</param>
    /// <param name="unclipped">Standardised, per metric of the plan.</param>
    /// <param name="missing">1 where the value was held.</param>
    public void Push(ReadOnlySpan<float> values, ReadOnlySpan<int> columns, long timeMs, Span<float> unclipped, Span<byte> missing)
    {
        var seconds = (timeMs - _previousMs) / 1000.0;
        var treated = 0;
        for (var m = 0; m < columns.Length; m++)
        {
            double value = columns[m] < 0 ? double.NaN : values[columns[m]];
            var metric = _plan.Metrics[m];
            if (metric.Treatment != Treatment.Level)
                value = _states[treated++].Push(metric.Treatment, value, seconds);
            value = metric.Transform(value);
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

    /// <summary>The newest known value of a metric, standardised, unclipped.</summary>
    public float Held(int metric) => _held[metric];

    /// <summary>A standardised value in the metric's own unit: of a differenced metric its change per second.</summary>
    public double InUnit(int metric, double standardised)
    {
        var plan = _plan.Metrics[metric];
        var value = plan.Untransform((standardised * _scaling.Sigma[metric]) + _scaling.Mean[metric]);
        return plan.Treatment == Treatment.SinceStart ? value + _states[_plan.Metrics.Take(metric).Count(m => m.Treatment != Treatment.Level)].StartLevel : value;
    }
}

/// <param name="Held">Per metric the last known value, standardised, unclipped.</param>
/// <param name="Treated">Two numbers for each metric whose treatment is not <see cref="Treatment.Level"/>.</param>
public sealed record PreparerState(float[] Held, double[] Treated, long PreviousMs);
