using Tocsin.Inference.Learning;
using Tocsin.Inference.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Inference.Training;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Growth;

/// <summary>A library from one before it and a few new segments (NodeSentry section 3.5): what fits no pattern becomes one, what fits one tunes it. Works on the
/// calling thread alone; all that the segments do not touch is scored as before, to the bit. The same segments and seed give the same library.</summary>
public sealed class LibraryGrower(LearnOptions options)
{
    /// <summary>Of a tuned pattern's bands at most this much stays with what was known before: a pattern that drifts is to be followed.</summary>
    private const double MostOld = 0.8;

    private readonly LearnOptions _options = options with { Trainer = options.Trainer with { Threads = 1 }, Patterns = options.Patterns with { Threads = 1 } };

    /// <summary>Groups segments that no pattern fits; per segment its group, -1 = too short to be grouped.</summary>
    /// <exception cref="LibraryRefusedException">A segment's metrics are not the library's.</exception>
    public int[] Group(PatternLibrary library, IReadOnlyList<Segment> strangers)
    {
        var shortest = library.Patterns.HeadLengths[0];
        int[] long_ = [.. Enumerable.Range(0, strangers.Count).Where(i => strangers[i].Frames >= shortest)];
        var groups = new int[strangers.Count];
        Array.Fill(groups, -1);
        if (long_.Length == 0)
            return groups;
        var found = PatternGrowth.Group(library.Patterns, [.. long_.Select(i => PatternSample.Of(Prepare(library, strangers[i])))], 1);
        for (var i = 0; i < long_.Length; i++)
            groups[long_[i]] = found[i];
        return groups;
    }

    /// <summary>What a whole segment is matched to.</summary>
    /// <exception cref="LibraryRefusedException">Its metrics are not the library's.</exception>
    public static SegmentMatch Match(PatternLibrary library, Segment segment)
    {
        var sample = PatternSample.Of(Prepare(library, segment));
        return library.Patterns.MatchWhole(sample.Values, sample.Frames, sample.Idle, sample.JobName, sample.User);
    }

    /// <summary>The library with one more pattern, provisional, made of these.</summary>
    /// <param name="members">Two or more of one kind, each at least as long as the shortest head.</param>
    public PatternLibrary Add(PatternLibrary library, IReadOnlyList<Segment> members)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(members.Count, 2, nameof(members));
        var id = library.Patterns.Patterns.Count + 1;
        var training = Training(library, members, id);
        var patterns = PatternGrowth.Add(library.Patterns, [.. training.Select(t => PatternSample.Of(t.Segment))], _options.Patterns);
        var pooled = library.Pooled.Model.Widened(id + 1);
        var (model, weights, residuals) = new PatternTrainer(_options, library, id + 1).Train(training, pooled, _options.Trainer.Epochs, 1);
        var bands = new Bands(_options with { Envelope = library.Envelope }, library.Plan, id);
        var rows = training.Select(t => new TrainingRows(t.Segment.Values, 0)).ToList();
        return Made(library, patterns, training) with
        {
            Pooled = library.Pooled with { Model = pooled },
            Models =
            [
                // Where a pattern had no model of its own it shares the pooled one's block, and still does.
                .. library.Models.Select(m => m with { Model = ReferenceEquals(m.Model, library.Pooled.Model) ? pooled : m.Model.Widened(id + 1) }),
                new PatternModel(id, model, weights, bands.Values(training, -1), bands.Residuals(training, residuals, -1)),
            ],
            Calibration = library.Calibration with { Patterns = [.. library.Calibration.Patterns, null] },
            PatternZ = Add(library.PatternZ, PatternZ.Fit(rows, 1, library.Plan.Count)),
        };
    }

    /// <summary>The library with a pattern's model and bands tuned to these; how the pattern is matched stays.</summary>
    public PatternLibrary Tune(PatternLibrary library, int pattern, IReadOnlyList<Segment> fresh)
    {
        var training = Training(library, fresh, pattern + 1);
        var before = library.Models[pattern];
        var ids = library.Patterns.Patterns.Count + 1;
        var (model, weights, residuals) = new PatternTrainer(_options, library, ids).Train(training, before.Model, _options.FineTuneEpochs, _options.FineTuneRate);
        var bands = new Bands(_options with { Envelope = library.Envelope }, library.Plan, ids - 1);
        double known = library.Patterns.Patterns[pattern].Frames, come = training.Sum(t => t.Segment.Frames);
        var share = Math.Min(MostOld, known / (known + come));
        var tuned = new PatternModel(
            before.PatternId, model, [.. before.Weights.Zip(weights, (a, b) => (float)((share * a) + ((1 - share) * b)))],
            BandMerge.Of(before.Values, bands.Values(training, -1), share), BandMerge.Of(before.Residuals, bands.Residuals(training, residuals, -1), share));
        return Made(library, library.Patterns, training) with { Models = [.. library.Models.Select((m, i) => i == pattern ? tuned : m)] };
    }

    /// <summary>The library with a pattern that is provisional no more: from then on it raises alarms.</summary>
    public static PatternLibrary Confirm(PatternLibrary library, int pattern) => library with { Patterns = PatternGrowth.Confirm(library.Patterns, pattern) };

    /// <summary>The library in which this segment is counted to a pattern, and what is like it; the pattern's model and bands are tuned to it.</summary>
    /// <exception cref="LibraryRefusedException">The segment's metrics are not the library's, or it is shorter than the shortest head.</exception>
    public PatternLibrary Count(PatternLibrary library, Segment segment, int into)
    {
        if (segment.Frames < library.Patterns.HeadLengths[0])
            throw new LibraryRefusedException($"the segment has {segment.Frames} frames, and {library.Patterns.HeadLengths[0]} are the fewest that a pattern is told by");
        var id = library.Patterns.Patterns.Count + 1;
        var patterns = PatternGrowth.Count(library.Patterns, PatternSample.Of(Prepare(library, segment)), into, _options.Patterns);
        var pooled = library.Pooled.Model.Widened(id + 1);
        var of = library.Models[into];
        var wider = library with
        {
            Patterns = patterns,
            Pooled = library.Pooled with { Model = pooled },
            // What is matched to the new centre is judged as the pattern: its own entry is never asked.
            Models = [.. library.Models.Select(m => m with { Model = ReferenceEquals(m.Model, library.Pooled.Model) ? pooled : m.Model.Widened(id + 1) }), new PatternModel(id, pooled, of.Weights, of.Values, of.Residuals)],
            Calibration = library.Calibration with { Patterns = [.. library.Calibration.Patterns, null] },
            PatternZ = Add(library.PatternZ, Row(library.PatternZ, into)),
        };
        return Tune(wider, into, [segment]);
    }

    /// <summary>The library in which two patterns of one kind are one; the remaining one's model and bands are tuned to what is there of the other.</summary>
    /// <param name="of">Segments of the one that goes; may be none: then the bands alone know of it.</param>
    public PatternLibrary Join(PatternLibrary library, int from, int into, IReadOnlyList<Segment> of)
    {
        var (one, other) = (library.Models[from], library.Models[into]);
        double known = library.Patterns.Patterns[into].Frames, come = library.Patterns.Patterns[from].Frames;
        var share = known + come == 0 ? 0.5 : known / (known + come);
        var both = other with { Values = BandMerge.Of(other.Values, one.Values, share), Residuals = BandMerge.Of(other.Residuals, one.Residuals, share) };
        var joined = library with
        {
            Patterns = PatternGrowth.Join(library.Patterns, from, into),
            Models = [.. library.Models.Select((m, i) => i == into ? both : m)],
        };
        return of.Count == 0 ? joined : Tune(joined, into, of);
    }

    private static PatternZ Row(PatternZ z, int pattern) =>
        new(1, z.Metrics, [.. z.Means.AsSpan(pattern * z.Metrics, z.Metrics)], [.. z.Sigmas.AsSpan(pattern * z.Metrics, z.Metrics)]);

    private static PatternLibrary Made(PatternLibrary library, PatternSet patterns, List<TrainingSegment> training) => library with
    {
        Patterns = patterns,
        Report = library.Report with { Segments = library.Report.Segments + training.Count, Frames = library.Report.Frames + training.Sum(t => t.Segment.Frames) },
    };

    private List<TrainingSegment> Training(PatternLibrary library, IReadOnlyList<Segment> segments, int id) =>
        [.. segments.Select(s => new TrainingSegment(Prepare(library, GapFilling.Interpolate(s, s.CadenceMs * _options.Preparation.LongestGap)), id))];

    private static PreparedSegment Prepare(PatternLibrary library, Segment segment) => PreparedSegment.From(segment, library.Plan);

    private static PatternZ Add(PatternZ before, PatternZ own)
    {
        var (at, metrics) = (before.Patterns * before.Metrics, before.Metrics);
        return new PatternZ(
            before.Patterns + 1, metrics,
            [.. before.Means.AsSpan(0, at), .. own.Means.AsSpan(0, metrics), .. before.Means.AsSpan(at)],
            [.. before.Sigmas.AsSpan(0, at), .. own.Sigmas.AsSpan(0, metrics), .. before.Sigmas.AsSpan(at)]);
    }
}
