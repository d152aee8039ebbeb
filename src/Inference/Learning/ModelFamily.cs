using Tocsin.Inference.Models;
using Tocsin.Inference.Patterns;
using Tocsin.Inference.Training;

namespace Tocsin.Inference.Learning;

/// <summary>A shared model and one tuned to each pattern.</summary>
internal sealed record ModelFamily(TrainedModel Shared, IReadOnlyList<ReconstructionModel> Patterns, IReadOnlyList<float[]> Weights)
{
    /// <summary>Trains the shared model on all patterns, then a copy of it on each pattern's own segments, the patterns side by side.</summary>
    /// <param name="heldOut">For the early stop of the shared model; empty = all passes.</param>
    public static ModelFamily Train(
        LearnOptions options, HiddenGroups groups, IReadOnlyList<TrainingSegment> segments, IReadOnlyList<TrainingSegment> heldOut, int patterns, int epochs, Action<EpochReport>? progress)
    {
        var metrics = segments[0].Segment.Metrics;
        var frames = segments.Sum(s => s.Segment.Frames);
        var trainer = options.Trainer with
        {
            Seed = options.Seed,
            Epochs = epochs,
            Stride = Math.Clamp(frames / options.WindowsPerPass, 1, options.Trainer.Stride),
        };
        var hiding = new HidingPlan(groups);
        var all = MetricWeights.Of(segments.Select(s => s.Segment), metrics, trainer.Weights);
        var shared = new ModelTrainer(trainer, hiding, all).Train(segments, heldOut, patterns + 1, null, progress);
        var own = new ReconstructionModel[patterns];
        var weights = new float[patterns][];
        // A pattern's result depends on its own seed and segments alone, so the number of threads does not reach it.
        Workers.ForEach(patterns, options.Trainer.Threads, p =>
        {
            var members = segments.Where(s => s.PatternId == p + 1).ToList();
            weights[p] = members.Count == 0 ? all : MetricWeights.Of(members.Select(s => s.Segment), metrics, trainer.Weights);
            var memberFrames = members.Sum(s => s.Segment.Frames);
            var passes = memberFrames >= options.OwnModelFrames ? shared.Epochs : options.FineTuneEpochs;
            if (members.Count == 0 || passes == 0)
            {
                own[p] = shared.Model;
                return;
            }
            var tuning = trainer with
            {
                Seed = options.Seed + 1000 + (ulong)p,
                Epochs = passes,
                Rate = trainer.Rate * (memberFrames >= options.OwnModelFrames ? 1 : options.FineTuneRate),
                Threads = 1,
            };
            own[p] = new ModelTrainer(tuning, hiding, weights[p]).Train(members, [], patterns + 1, shared.Model, null).Model;
        });
        return new ModelFamily(shared, own, weights);
    }
}
