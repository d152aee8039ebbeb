using Tocsin.Inference.Features;

namespace Tocsin.Inference.Patterns;

/// <summary>Patterns that are added to a set while it is in use (NodeSentry section 3.5). The space and all that was known stay as they are, so that what
/// matched a pattern before still lies as far from it.</summary>
public static class PatternGrowth
{
    /// <summary>Two members of a pattern, each within a radius of its centre and off it in directions of their own, lie this many radii apart.</summary>
    private static readonly double Apart = Math.Sqrt(2);

    /// <summary>Groups segments that no pattern fits; jobs and idle segments apart.</summary>
    /// <returns>Per segment its group, numbered by first segment.</returns>
    /// <remarks>Average linkage, cut where groups are further apart than members of a known pattern usually are: how many kinds there are among a handful of
    /// strangers no silhouette can tell.</remarks>
    public static int[] Group(PatternSet set, IReadOnlyList<PatternSample> samples, int threads)
    {
        var groups = new int[samples.Count];
        Array.Fill(groups, -1);
        var table = Whole(set, samples, threads);
        var next = 0;
        foreach (var kind in new[] { false, true })
        {
            int[] rows = [.. Enumerable.Range(0, samples.Count).Where(i => samples[i].Idle == kind)];
            if (rows.Length == 0)
                continue;
            var tree = HierarchicalClustering.Link(table.View(rows), Linkage.Average, threads);
            var cut = tree.CutAt(Apart * UsualRadius(set, set.State.Levels[^1], kind));
            for (var i = 0; i < rows.Length; i++)
                groups[rows[i]] = next + cut[i];
            next += cut.Max() + 1;
        }
        var numbers = new Dictionary<int, int>();
        return [.. groups.Select(g => numbers.TryGetValue(g, out var n) ? n : numbers[g] = numbers.Count)];
    }

    /// <summary>The set with one more pattern, provisional, at its end.</summary>
    /// <param name="members">Two or more, all of one kind; each at least as long as the shortest head.</param>
    public static PatternSet Add(PatternSet set, IReadOnlyList<PatternSample> members, PatternOptions options)
    {
        var state = set.State;
        var levels = new HeadLevelState[state.Levels.Length];
        var idle = members[0].Idle;
        for (var l = 0; l < levels.Length; l++)
            levels[l] = Add(set, state.Levels[l], members, idle, options);
        var first = state.Patterns.SelectMany(p => p.Members).Concat(state.TooShort).DefaultIfEmpty(-1).Max() + 1;
        var pattern = new Pattern(Name(set, members), idle, [.. Enumerable.Range(first, members.Count)], members.Sum(m => m.Frames), members.Count < options.LeastMembers, Provisional: true);
        return new PatternSet(state with
        {
            Patterns = [.. state.Patterns, pattern],
            Levels = levels,
            JobNames = NamePrior.Add(state.JobNames, state.Patterns.Length, members.Select(m => m.JobName)),
            Users = NamePrior.Add(state.Users, state.Patterns.Length, members.Select(m => m.User)),
        });
    }

    /// <summary>The set with a further centre of a pattern, at its end: one segment that an operator counts to it.</summary>
    /// <param name="member">At least as long as the shortest head.</param>
    public static PatternSet Count(PatternSet set, PatternSample member, int into, PatternOptions options)
    {
        // One member has no spread of its own: with it twice the radius is the prior's share of what is usual, and what lies as near as the usual member is counted, too.
        var added = Add(set, [member, member], options).State;
        var at = added.Patterns.Length - 1;
        var levels = added.Levels.Select(l => l with { Radii = [.. l.Radii[..at], (float)UsualRadius(set, l with { Radii = l.Radii[..at] }, member.Idle)] });
        var one = added.Patterns[at] with { Name = set.Patterns[into].Name, Members = added.Patterns[at].Members[..1], Frames = member.Frames, Provisional = false, Into = into };
        return new PatternSet(set.State with
        {
            Patterns = [.. set.Patterns, one],
            Levels = [.. levels],
            JobNames = NamePrior.Move(NamePrior.Add(set.State.JobNames, at, [member.JobName]), at + 1, at, into),
            Users = NamePrior.Move(NamePrior.Add(set.State.Users, at, [member.User]), at + 1, at, into),
        });
    }

    /// <summary>The set with one pattern joined into another of its kind: its centre stays, and stands for that one.</summary>
    public static PatternSet Join(PatternSet set, int from, int into)
    {
        var state = set.State;
        var n = state.Patterns.Length;
        var (one, other) = (state.Patterns[from], state.Patterns[into]);
        Pattern Now(Pattern p, int i) => i == from ? p with { Members = [], Frames = 0, Provisional = false, Into = into }
            : i == into ? p with { Members = [.. other.Members.Concat(one.Members).Order()], Frames = other.Frames + one.Frames, Small = other.Small && one.Small }
            : p.Into == from ? p with { Into = into }
            : p;
        return new PatternSet(state with
        {
            Patterns = [.. state.Patterns.Select(Now)],
            JobNames = NamePrior.Move(state.JobNames, n, from, into),
            Users = NamePrior.Move(state.Users, n, from, into),
        });
    }

    /// <summary>The set with a pattern that is provisional no more.</summary>
    public static PatternSet Confirm(PatternSet set, int pattern) => new(set.State with
    {
        Patterns = [.. set.State.Patterns.Select((p, i) => i == pattern ? p with { Provisional = false } : p)],
    });

    private static HeadLevelState Add(PatternSet set, HeadLevelState level, IReadOnlyList<PatternSample> members, bool idle, PatternOptions options)
    {
        var table = Rows(set, members, level.HeadFrames, options.ThreadCount);
        var centre = new float[table.Width];
        for (var k = 0; k < centre.Length; k++)
        {
            double sum = 0;
            for (var i = 0; i < table.Count; i++)
                sum += table.Row(i)[k];
            centre[k] = (float)(sum / table.Count);
        }
        // The mean of the others lies n/(n-1) times as far from a member as the mean of all.
        double n = table.Count;
        var own = Enumerable.Range(0, table.Count).Select(i => (float)(n / (n - 1) * Points.Distance(table.Row(i), centre))).Order().ToArray();
        var weight = n / (n + options.SpreadPrior);
        var radius = (weight * options.RadiusMargin * RobustScale.Quantile(own, options.RadiusQuantile)) + ((1 - weight) * UsualRadius(set, level, idle));
        return level with { Centroids = [.. level.Centroids, .. centre], Radii = [.. level.Radii, (float)Math.Max(1e-6, radius)] };
    }

    private static VectorTable Whole(PatternSet set, IReadOnlyList<PatternSample> samples, int threads) => Rows(set, samples, 0, threads);

    private static VectorTable Rows(PatternSet set, IReadOnlyList<PatternSample> samples, int head, int threads)
    {
        var table = new VectorTable(samples.Count, Math.Max(set.Metrics * FeatureNames.Count, 1));
        HeadFeatures.Extract(samples, set.Metrics, head, table, threads);
        new FeatureSpace(set.State.Space).TransformInPlace(table, threads);
        return table;
    }

    /// <summary>The median radius of the patterns of a kind; of all where there is none of it.</summary>
    private static double UsualRadius(PatternSet set, HeadLevelState level, bool idle)
    {
        var radii = level.Radii.Where((_, p) => set.Patterns[p].Idle == idle).DefaultIfEmpty(float.NaN).Order().ToArray();
        if (float.IsNaN(radii[0]))
            radii = [.. level.Radii.Order()];
        return RobustScale.Quantile(radii, 0.5);
    }

    private static string Name(PatternSet set, IReadOnlyList<PatternSample> members)
    {
        var name = members[0].Idle ? "idle" : members.GroupBy(m => m.JobName ?? "unnamed").OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).First().Key;
        var taken = set.Patterns.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var number = 1;
        while (taken.Contains(number == 1 ? name : $"{name} #{number}"))
            number++;
        return number == 1 ? name : $"{name} #{number}";
    }
}
