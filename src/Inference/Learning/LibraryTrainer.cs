using Tocsin.Inference.Models;
using Tocsin.Inference.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Inference.Training;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Learning;

/// <summary>From recorded segments to a library. Reads no label. The same segments and seed give the same library on any number of threads.</summary>
public sealed class LibraryTrainer(LearnOptions options)
{
    /// <summary>Frames; with fewer there is nothing to calibrate with.</summary>
    private const int FewestScored = 20;

    /// <summary>In words, as the work goes on.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Text of the catalogue that made the metrics, for the library; null = unknown.</summary>
    public string? Catalogue { get; init; }

    /// <param name="data">For the library's record.</param>
    /// <exception cref="BadDataException">There is too little to learn from.</exception>
    public PatternLibrary Train(IEnumerable<Segment> recorded, string data)
    {
        var longestGap = options.Preparation.LongestGap;
        var all = recorded.Select(s => GapFilling.Interpolate(s, s.CadenceMs * longestGap)).ToList();
        var shortest = options.Patterns.HeadLengths[0];
        var segments = all.Where(s => s.Frames >= shortest).ToList();
        if (segments.Count == 0)
            throw new BadDataException($"none of {all.Count} segments has {shortest} frames or more; nothing can be learned; check --from, --until, the job list and the cadence");
        var plan = PreparationFitter.Fit(segments, options.Preparation);
        var prepared = segments.Select(s => PreparedSegment.From(s, plan)).ToList();
        Say($"{segments.Count} segments, {segments.Sum(s => s.Frames)} frames, {plan.Count} metrics ({plan.Dropped.Count} left out)");
        var patterns = PatternLearner.Learn([.. prepared.Select(PatternSample.Of)], options.Patterns);
        var patternOf = PatternOf(patterns, prepared.Count);
        Say($"{patterns.Patterns.Count} patterns: {string.Join(", ", patterns.Patterns.Select(p => $"{p.Name} ({p.Members.Length})"))}");
        var training = prepared.Select((s, i) => new TrainingSegment(s, patternOf[i] + 1)).ToList();
        if (training.GroupBy(t => t.PatternId).All(p => p.Count() < 2))
            throw TooFew(training.Count);
        var groups = Grouping(prepared, plan, options.Trainer);
        var (residuals, epochs, held) = HeldOutResiduals(training, groups, patterns.Patterns.Count);
        var family = ModelFamily.Train(options, groups, training, [], patterns.Patterns.Count, epochs, null);
        Say($"models: {epochs} passes, held-out WMSE {held:F3}; tokens by expert, layer by layer: {Shares(family.Shared)}");
        var unseen = residuals.Select(r => r is not null).ToArray();
        FillIn(residuals, training, family, groups);
        var bands = new Bands(options, plan, patterns.Patterns.Count);
        var (calibration, thresholds, budget) = Calibrate(bands, training, residuals, unseen);
        var rows = training.Select(t => new TrainingRows(Inside(t.Segment), t.PatternId - 1)).ToList();
        var pooledWeights = MetricWeights.Of(prepared, plan.Count, options.Trainer.Weights);
        return new PatternLibrary
        {
            Catalogue = Catalogue,
            Report = Report(data, all, segments, family, held, calibration, budget),
            Plan = plan,
            Patterns = patterns,
            Groups = groups,
            Window = options.Trainer.Window,
            Envelope = options.Envelope,
            Pooled = new PatternModel(0, family.Shared.Model, pooledWeights, bands.Values(training, -1), bands.Residuals(training, residuals, -1)),
            Models = [.. Enumerable.Range(0, patterns.Patterns.Count).Select(p => new PatternModel(
                p + 1, family.Patterns[p], family.Weights[p], bands.Values(training, p), bands.Residuals(training, residuals, p)))],
            Calibration = calibration,
            Thresholds = thresholds,
            Pca = PcaResidual.Fit(rows, plan.Count),
            PatternZ = PatternZ.Fit(rows, patterns.Patterns.Count, plan.Count),
            Settling = options.MarginStart,
        };
    }

    private (float[]?[] Residuals, int Epochs, double HeldOut) HeldOutResiduals(List<TrainingSegment> training, HiddenGroups groups, int patterns)
    {
        var frames = training.Sum(t => t.Segment.Frames);
        var parts = Math.Min(Math.Max(2, options.Folds), training.Count);
        var fold = FoldPlan.Deal([.. training.Select(t => t.PatternId)], [.. training.Select(t => t.Segment.Source.StartMs)], frames > options.OneFoldFrames ? Math.Max(6, parts) : parts);
        var folds = training.Count < 2 ? 0 : frames > options.OneFoldFrames ? 1 : parts;
        var residuals = new float[]?[training.Count];
        var (epochs, held) = (0, 0.0);
        for (var f = 0; f < folds; f++)
        {
            var rest = training.Where((_, i) => fold[i] != f).ToList();
            var out_ = Enumerable.Range(0, training.Count).Where(i => fold[i] == f).ToList();
            if (rest.Count == 0 || out_.Count == 0)
                continue;
            var part = f;
            var family = ModelFamily.Train(options, groups, rest, [.. out_.Select(i => training[i])], patterns, options.Trainer.Epochs,
                e => { if (e.Epoch % 10 == 0) Say($"part {part + 1} of {folds}: pass {e.Epoch} of {e.Epochs}, WMSE {e.Loss:F3}, held out {e.HeldOut:F3}"); });
            epochs += family.Shared.Epochs;
            held += family.Shared.HeldOut;
            Fill(residuals, out_, training, family, groups);
        }
        return folds == 0 ? (residuals, options.Trainer.Epochs, double.NaN) : (residuals, Math.Max(1, (int)Math.Round(epochs / (double)folds)), held / folds);
    }

    /// <summary>What was never held out is reconstructed by the final models: its residuals are a little too small.</summary>
    private void FillIn(float[]?[] residuals, List<TrainingSegment> training, ModelFamily family, HiddenGroups groups) =>
        Fill(residuals, [.. Enumerable.Range(0, training.Count).Where(i => residuals[i] is null)], training, family, groups);

    private void Fill(float[]?[] residuals, List<int> wanted, List<TrainingSegment> training, ModelFamily family, HiddenGroups groups)
    {
        var packed = family.Patterns.Select(m => new PackedModel(m)).ToArray();
        var shared = new PackedModel(family.Shared.Model);
        Workers.ForEach(wanted.Count, options.Trainer.Threads, w =>
        {
            var i = wanted[w];
            var (segment, id) = (training[i].Segment, training[i].PatternId);
            var source = new GroupResidual(id == 0 ? shared : packed[id - 1], groups, options.Trainer.Window);
            var result = new float[segment.Frames * segment.Metrics];
            for (var t = 0; t < segment.Frames; t++)
                source.Compute(segment, t, id, result.AsSpan(t * segment.Metrics, segment.Metrics));
            residuals[i] = result;
        });
    }

    /// <summary>Each segment's evidence against bands that were made without it.</summary>
    /// <param name="unseen">By segment, whether the models that made its residuals were made without it, too.</param>
    private (Calibration, Thresholds, BudgetChoice?) Calibrate(Bands bands, List<TrainingSegment> training, float[]?[] residuals, bool[] unseen)
    {
        var fold = FoldPlan.Deal([.. training.Select(t => t.PatternId)], [.. training.Select(t => t.Segment.Source.StartMs)], Math.Min(Math.Max(2, options.Folds), Math.Max(2, training.Count)));
        var runs = new List<(int Pattern, float[] Evidence, bool Unseen)>();
        for (var f = 0; f <= fold.Max(); f++)
        {
            var rest = Enumerable.Range(0, training.Count).Where(i => fold[i] != f).ToList();
            foreach (var group in Enumerable.Range(0, training.Count).Where(i => fold[i] == f).GroupBy(i => training[i].PatternId))
            {
                var own = rest.Where(i => training[i].PatternId == group.Key).ToList();
                // A pattern's only segment cannot be judged by others of its kind; held against all it would look like a fault.
                if (own.Count == 0)
                    continue;
                var values = bands.Fit([.. own.Select(i => (training[i], training[i].Segment.Values))]);
                var residual = bands.Fit([.. own.Select(i => (training[i], residuals[i]!))]);
                foreach (var i in group)
                    runs.Add((group.Key - 1, bands.Score(training[i], residuals[i]!, values, residual), unseen[i]));
            }
        }
        if (Scored(runs.Select(r => r.Evidence)) < FewestScored)
            throw TooFew(training.Count);
        var tails = new TailOptions { Cadence = TimeSpan.FromMilliseconds(training[0].Segment.Source.CadenceMs) };
        var frames = runs.GroupBy(r => r.Pattern).ToDictionary(g => g.Key, g => Scored(g.Select(r => r.Evidence)));
        // A pattern with little data counts as unknown, so that the pooled tail speaks for it.
        var calibration = Calibration.Fit(
            [.. runs.Select(r => (frames[r.Pattern] < options.OwnCalibrationFrames ? -1 : r.Pattern, r.Evidence))], bands.Patterns, tails);
        float[][] all = [.. runs.Select(r => r.Evidence)], strict = [.. runs.Where(r => r.Unseen).Select(r => r.Evidence)];
        var (thresholds, budget) = AlarmThresholds.Of(all, Scored(strict) < FewestScored ? all : strict, calibration.Pooled, options, tails);
        return (calibration, thresholds, budget);
    }

    private static int Scored(IEnumerable<float[]> runs) => runs.Sum(r => r.Count(float.IsFinite));

    private static BadDataException TooFew(int segments) =>
        new($"{segments} segments are too few to hold any out: no pattern has two; give a longer recording");

    private static string Shares(TrainedModel model) =>
        string.Join(", ", model.ExpertShares.Chunk(model.Model.Shape.Experts).Select(layer => string.Join('/', layer.Select(s => (100 * s).ToString("F0", System.Globalization.CultureInfo.InvariantCulture))) + " %"));

    private ReadOnlyMemory<float> Inside(PreparedSegment segment)
    {
        var cadence = segment.Source.CadenceMs;
        var first = Math.Min(segment.Frames - 1, (int)(options.MarginStart.TotalMilliseconds / cadence));
        var last = Math.Max(first + 1, segment.Frames - (int)(options.MarginEnd.TotalMilliseconds / cadence));
        return segment.Values.AsMemory(first * segment.Metrics, (last - first) * segment.Metrics);
    }

    private static HiddenGroups Grouping(List<PreparedSegment> prepared, PreparationPlan plan, TrainerOptions options)
    {
        if (options.GroupBy == GroupRule.Name)
        {
            var named = MetricGroups.Of([.. plan.Metrics.Select(m => m.Name)]);
            return new HiddenGroups(named, named.Max() + 1);
        }
        var values = new List<float>();
        var stride = Math.Max(1, prepared.Sum(p => p.Frames) / 10_000);
        foreach (var segment in prepared)
        {
            for (var t = 0; t < segment.Frames; t += stride)
                values.AddRange(segment.Row(t));
        }
        return HiddenGroups.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values), plan.Count, options.Groups);
    }

    private static int[] PatternOf(PatternSet patterns, int segments)
    {
        var pattern = new int[segments];
        Array.Fill(pattern, -1);
        for (var p = 0; p < patterns.Patterns.Count; p++)
        {
            foreach (var member in patterns.Patterns[p].Members)
                pattern[member] = p;
        }
        return pattern;
    }

    private LearnReport Report(string data, List<Segment> all, List<Segment> used, ModelFamily family, double held, Calibration calibration, BudgetChoice? budget)
    {
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            ["wmse_held_out"] = held,
            ["passes"] = family.Shared.Epochs,
            ["expert_share_least"] = family.Shared.ExpertShares.Min(),
            ["held_out_hours"] = calibration.Pooled.Hours,
            ["held_out_left_out_as_faults"] = calibration.Pooled.LeftOut,
        };
        budget?.AddTo(figures);
        var version = typeof(LibraryTrainer).Assembly.GetName().Version?.ToString(3) ?? "0";
        return new LearnReport(version, data, options.Seed, used.Count, used.Sum(s => s.Frames), all.Count - used.Count, figures);
    }
}
