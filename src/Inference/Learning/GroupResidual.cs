using Tocsin.Inference.Models;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Training;

namespace Tocsin.Inference.Learning;

/// <summary>What a model cannot tell of the newest frame from everything but the metric's own group: complementary masks, one a group, hidden at all frames
/// of the window, so that a fault that lasts longer than the window still cannot vouch for itself.</summary>
/// <remarks>One thread at a time; the same window gives the same bits whatever was computed before.</remarks>
public sealed class GroupResidual
{
    private readonly HiddenGroups _groups;
    private readonly InferenceSession _session;
    private readonly WindowBatch _batch;
    private readonly int _hidden;
    private readonly float[] _missing;
    private readonly float[] _output;

    /// <param name="hidden">Newest frames of the window at which a group is hidden; null = all.</param>
    public GroupResidual(PackedModel model, HiddenGroups groups, int window, int? hidden = null)
    {
        _groups = groups;
        _hidden = hidden ?? window;
        var metrics = model.Model.Shape.Metrics;
        _session = new InferenceSession(model, window);
        _batch = new WindowBatch(1, window, metrics);
        _missing = new float[window * metrics];
        _output = new float[metrics];
    }

    /// <param name="patternId">0 = unknown.</param>
    /// <param name="residual">Per metric value - reconstruction, standardised; 0 where the value is missing.</param>
    public void Compute(PreparedSegment segment, int frame, int patternId, Span<float> residual)
    {
        WindowGather.Fill(segment, frame, _batch.Frames, _batch.Values, _missing, _batch.Valid, _batch.Position, _batch.LogTime);
        Compute(patternId, residual);
    }

    /// <summary>The window that a scorer waits for, by the model that judges it.</summary>
    internal void Compute(SegmentScorer scorer, Span<float> residual)
    {
        var judge = scorer.Judge;
        _session.Use(judge.Packed);
        scorer.Rows.Fill(_batch.Frames, _batch.Values, _missing, _batch.Valid, _batch.Position, _batch.LogTime);
        Compute(judge.Model.PatternId, residual);
    }

    /// <summary>Of the window that stands in the batch: its newest row is the frame, 0 where missing.</summary>
    private void Compute(int patternId, Span<float> residual)
    {
        var metrics = _batch.Metrics;
        _batch.SegmentId[0] = patternId;
        var last = (_batch.Frames - 1) * metrics;
        for (var group = 0; group < _groups.Count; group++)
        {
            _missing.CopyTo(_batch.Mask, 0);
            for (var m = 0; m < metrics; m++)
            {
                if (_groups.GroupOf[m] != group)
                    continue;
                for (var t = ((_batch.Frames - _hidden) * metrics) + m; t < _batch.Mask.Length; t += metrics)
                    _batch.Mask[t] = 1;
            }
            _session.ReconstructNewest(_batch, 0, _output);
            for (var m = 0; m < metrics; m++)
            {
                if (_groups.GroupOf[m] == group)
                    residual[m] = _missing[last + m] != 0 ? 0 : _batch.Values[last + m] - _output[m];
            }
        }
    }
}
