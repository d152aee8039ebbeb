using Tocsin.Inference.Learning;
using Tocsin.Inference.Models;
using Tocsin.Inference.Training;

namespace Tocsin.Inference.Growth;

/// <summary>Trains one pattern's model from another one, and finds what it cannot tell of segments that it did not see. On the calling thread.</summary>
internal sealed class PatternTrainer(LearnOptions options, PatternLibrary library, int ids)
{
    private readonly TrainerOptions _trainer = options.Trainer with { Window = library.Window, Threads = 1 };

    /// <param name="start">Wide enough for the segments' ids.</param>
    /// <param name="rate">Of the usual learning rate.</param>
    public (ReconstructionModel Model, float[] Weights, float[]?[] Residuals) Train(IReadOnlyList<TrainingSegment> segments, ReconstructionModel start, int epochs, float rate)
    {
        var metrics = library.Plan.Count;
        var frames = segments.Sum(s => s.Segment.Frames);
        var tuning = _trainer with
        {
            Seed = options.Seed + 1000 + (ulong)segments[0].PatternId,
            Epochs = epochs,
            Rate = _trainer.Rate * rate,
            Stride = Math.Clamp(frames / options.WindowsPerPass, 1, _trainer.Stride),
        };
        var weights = MetricWeights.Of(segments.Select(s => s.Segment), metrics, tuning.Weights);
        var hiding = new HidingPlan(library.Groups);
        ReconstructionModel Of(IReadOnlyList<TrainingSegment> some) => new ModelTrainer(tuning, hiding, weights).Train(some, [], ids, start, null).Model;
        var residuals = new float[]?[segments.Count];
        var parts = Math.Min(Math.Max(2, options.Folds), segments.Count);
        for (var part = 0; part < parts && segments.Count > 1; part++)
        {
            var model = new PackedModel(Of([.. segments.Where((_, i) => i % parts != part)]));
            for (var i = part; i < segments.Count; i += parts)
                residuals[i] = Residuals(model, segments[i]);
        }
        var final = Of(segments);
        if (segments.Count == 1)
            residuals[0] = Residuals(new PackedModel(final), segments[0]);
        return (final, weights, residuals);
    }

    private float[] Residuals(PackedModel model, TrainingSegment training)
    {
        var segment = training.Segment;
        var source = new GroupResidual(model, library.Groups, library.Window);
        var result = new float[segment.Frames * segment.Metrics];
        for (var t = 0; t < segment.Frames; t++)
            source.Compute(segment, t, training.PatternId, result.AsSpan(t * segment.Metrics, segment.Metrics));
        return result;
    }
}
