using Tocsin.Inference.Features;
using Tocsin.Shared;

namespace Tocsin.Inference.Patterns;

/// <summary>Makes patterns of training segments (NodeSentry section 3.3), and what heads of their members look like.</summary>
/// <remarks>
/// The result depends on the set of segments, not on their order nor on the number of threads: rows are brought into an order of their own
/// first, by their features. Memory: segments x metrics x 134 x 4 bytes twice (whole segments, one length of heads at a time), and
/// half a matrix of distances.
/// </remarks>
public static class PatternLearner
{
    /// <summary>Half a matrix of distances between this many takes 3.2 GB.</summary>
    public const int MostSegments = 40_000;

    /// <summary>Members that are long enough; with fewer, the others of the pattern help out.</summary>
    private const int EnoughHeads = 3;

    /// <exception cref="BadDataException">No usable segment, or more than <see cref="MostSegments"/>.</exception>
    public static PatternSet Learn(IReadOnlyList<PatternSample> samples, PatternOptions options)
    {
        if (options.HeadLengths.Count == 0 || options.HeadLengths[0] < FeatureExtractor.FewestFrames || !options.HeadLengths.SequenceEqual(options.HeadLengths.Distinct().Order()))
            throw new ArgumentException($"head lengths {string.Join(", ", options.HeadLengths)}: expected rising numbers of {FeatureExtractor.FewestFrames} or more", nameof(options));
        var shortest = options.HeadLengths[0];
        var usable = Enumerable.Range(0, samples.Count).Where(i => samples[i].Frames >= shortest).ToArray();
        if (usable.Length == 0)
            throw new BadDataException($"{samples.Count} training segments, none of at least {shortest} frames: no pattern can be made; give longer segments or a shorter cadence");
        if (usable.Length > MostSegments)
            throw new BadDataException($"{usable.Length} training segments; patterns are made of at most {MostSegments}: cut the data with --from or --until");
        var metrics = samples[usable[0]].Values.Length / samples[usable[0]].Frames;
        var whole = new VectorTable(usable.Length, metrics * FeatureNames.Count);
        HeadFeatures.Extract([.. usable.Select(i => samples[i])], metrics, head: 0, whole, options.ThreadCount);
        var order = CanonicalOrder(whole);
        usable = [.. order.Select(i => usable[i])];
        whole = whole.View(order);
        PatternSample[] ordered = [.. usable.Select(i => samples[i])];
        var halves = HeadFeatures.Halves(ordered, whole, metrics, shortest, options.ThreadCount);
        var space = FeatureSpace.Fit(whole, halves, options.Clip, options.ScaleFloor, options.ThreadCount);
        space.TransformInPlace(whole, options.ThreadCount);
        return Learn(ordered, usable, whole, space, metrics, TooShort(samples, shortest), options);
    }

    private static PatternSet Learn(
        PatternSample[] samples, int[] indices, VectorTable whole, FeatureSpace space, int metrics, int[] tooShort, PatternOptions options)
    {
        var pattern = new int[samples.Length];
        var jobs = Rows(samples, idle: false);
        var idles = Rows(samples, idle: true);
        var (jobGroups, curve) = SegmentGrouping.Group(whole.View(jobs), options.Patterns, options);
        var (idleGroups, idleCurve) = SegmentGrouping.Group(whole.View(idles), options.IdlePatterns, options);
        var jobPatterns = jobGroups.Length == 0 ? 0 : jobGroups.Max() + 1;
        for (var i = 0; i < jobs.Length; i++)
            pattern[jobs[i]] = jobGroups[i];
        for (var i = 0; i < idles.Length; i++)
            pattern[idles[i]] = jobPatterns + idleGroups[i];
        var patterns = Describe(samples, indices, pattern, options);
        var idle = patterns.Select(p => p.Idle).ToArray();
        var levels = new List<HeadLevelState>();
        var heads = new VectorTable(samples.Length, metrics * FeatureNames.Count);
        foreach (var head in options.HeadLengths)
            levels.Add(FitHeads(head, samples, pattern, idle, metrics, heads, space, options));
        levels.Add(HeadLevelFitter.Fit(0, whole, pattern, idle, options));
        var runs = Enumerable.Range(0, samples.Length).Where(i => !samples[i].Idle).ToArray();
        return new PatternSet(new PatternSetState(
            patterns,
            space.State,
            [.. levels],
            NamePrior.Count(runs.Select(i => (samples[i].JobName, pattern[i])), patterns.Length, options.JobNameWeight, options.Smoothing, options.NamedReach),
            NamePrior.Count(runs.Select(i => (samples[i].User, pattern[i])), patterns.Length, options.UserWeight, options.Smoothing, reach: 1),
            tooShort,
            curve,
            idleCurve));
    }

    /// <summary>Takes the members that are long enough; where a pattern has too few of them, all of its members by what there is of them: their
    /// features are free of length, and a segment that outlived the members of its pattern should still find it.</summary>
    private static HeadLevelState FitHeads(
        int head, PatternSample[] samples, int[] pattern, bool[] idle, int metrics, VectorTable table, FeatureSpace space, PatternOptions options)
    {
        var longEnough = new int[idle.Length];
        for (var i = 0; i < samples.Length; i++)
            longEnough[pattern[i]] += samples[i].Frames >= head ? 1 : 0;
        var taken = Enumerable.Range(0, samples.Length).Where(i => samples[i].Frames >= head || longEnough[pattern[i]] < EnoughHeads).ToArray();
        HeadFeatures.Extract([.. taken.Select(i => samples[i])], metrics, head, table, options.ThreadCount);
        var rows = table.View([.. Enumerable.Range(0, taken.Length)]);
        space.TransformInPlace(rows, options.ThreadCount);
        return HeadLevelFitter.Fit(head, rows, [.. taken.Select(i => pattern[i])], idle, options);
    }

    private static Pattern[] Describe(PatternSample[] samples, int[] indices, int[] pattern, PatternOptions options)
    {
        var used = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. Enumerable.Range(0, samples.Length).GroupBy(i => pattern[i]).OrderBy(g => g.Key).Select(rows =>
        {
            var idle = samples[rows.First()].Idle;
            var name = idle ? "idle" : rows.GroupBy(i => samples[i].JobName ?? "unnamed")
                .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).First().Key;
            var repeat = used[name] = used.GetValueOrDefault(name) + 1;
            return new Pattern(
                repeat == 1 ? name : $"{name} #{repeat}", idle, [.. rows.Select(i => indices[i]).Order()], rows.Sum(i => samples[i].Frames), rows.Count() < options.LeastMembers);
        })];
    }

    private static int[] CanonicalOrder(VectorTable table)
    {
        var order = Enumerable.Range(0, table.Count).ToArray();
        // Rows that compare equal are the same point: which of them comes first changes no number.
        Array.Sort(order, (a, b) => table.Row(a).SequenceCompareTo(table.Row(b)) is var c && c != 0 ? c : a.CompareTo(b));
        return order;
    }

    private static int[] Rows(PatternSample[] samples, bool idle) => [.. Enumerable.Range(0, samples.Length).Where(i => samples[i].Idle == idle)];

    private static int[] TooShort(IReadOnlyList<PatternSample> samples, int shortest) =>
        [.. Enumerable.Range(0, samples.Count).Where(i => samples[i].Frames < shortest)];
}
