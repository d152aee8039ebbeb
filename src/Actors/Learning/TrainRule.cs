namespace Tocsin.Actors.Learning;

/// <summary>A kept segment as the active library sees it.</summary>
/// <param name="Pattern">That it matches as a whole; -1 = none.</param>
/// <param name="Group">Of those that match none: its kind; -1 otherwise.</param>
/// <param name="Tried">It was learned from or checked on before.</param>
public sealed record Judged(KeptSegment Segment, int Pattern, int Group, bool Tried);

/// <summary>Whether there is enough to learn from, and what is to be learned first: a library before a new pattern, a new pattern before a tuned one.</summary>
public static class TrainRule
{
    /// <summary>One of so many is held out, at least one.</summary>
    private const int HeldShare = 4;

    /// <param name="hasLibrary">There is one that is active.</param>
    /// <param name="lastTryMs">Of the attempt before this one, whatever came of it; null = none.</param>
    /// <param name="columns">Of a frame, for the bytes.</param>
    /// <returns>Null where there is nothing to do yet.</returns>
    public static TrainStep? Decide(IReadOnlyList<Judged> all, bool hasLibrary, long? lastTryMs, long nowMs, int columns, LearnRules rules)
    {
        if (lastTryMs is { } last && nowMs >= last && nowMs - last < rules.Every.TotalMilliseconds)
            return null;
        if (!hasLibrary)
            return First([.. all.Select(j => j.Segment)], all.Any(j => !j.Tried), columns, rules);
        return (TrainStep?)Strangers(all, columns, rules) ?? Known(all, columns, rules);
    }

    private static FirstLibrary? First(List<KeptSegment> all, bool anyNew, int columns, LearnRules rules)
    {
        if (all.Count < rules.FewestForFirst || !anyNew)
            return null;
        var watched = all.Max(s => s.LastMs) - all.Min(s => s.StartMs);
        if (all.Count < rules.FirstSegments && watched < rules.FirstAfter.TotalMilliseconds)
            return null;
        var (train, held) = Split(all, columns, rules);
        return new FirstLibrary(train, held);
    }

    /// <summary>Of the kinds that have enough segments nobody tried, the one that has most.</summary>
    private static NewPattern? Strangers(IReadOnlyList<Judged> all, int columns, LearnRules rules)
    {
        var kind = all.Where(j => j.Group >= 0).GroupBy(j => j.Group)
            .Where(g => g.Count(j => !j.Tried) >= rules.Segments && g.Where(j => !j.Tried).DistinctBy(j => j.Segment.Node).Count() >= rules.Nodes)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key).FirstOrDefault();
        if (kind is null)
            return null;
        var (train, held) = Split([.. kind.Select(j => j.Segment)], columns, rules);
        var name = kind.GroupBy(j => j.Segment.JobName).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).First().Key;
        return train.Count < 2 ? null : new NewPattern(train, held, name);
    }

    private static TunePattern? Known(IReadOnlyList<Judged> all, int columns, LearnRules rules)
    {
        var fresh = all.Where(j => j.Pattern >= 0 && !j.Tried).GroupBy(j => j.Pattern)
            .Where(g => g.Sum(j => j.Segment.Frames) >= rules.TuneFrames && g.Count() >= HeldShare)
            .OrderByDescending(g => g.Sum(j => j.Segment.Frames)).ThenBy(g => g.Key).FirstOrDefault();
        if (fresh is null)
            return null;
        var (train, held) = Split([.. fresh.Select(j => j.Segment)], columns, rules);
        return new TunePattern(train, held, fresh.Key);
    }

    /// <summary>The newest are held out; of the others as many as memory allows, the newest first.</summary>
    private static (List<string> Train, List<string> Held) Split(List<KeptSegment> segments, int columns, LearnRules rules)
    {
        var byAge = segments.OrderByDescending(s => s.StartMs).ThenBy(s => s.Id, StringComparer.Ordinal).ToList();
        var held = byAge.Take(Math.Max(1, segments.Count / HeldShare)).ToList();
        var train = new List<KeptSegment>();
        long bytes = 0;
        foreach (var segment in byAge.Skip(held.Count))
        {
            bytes += OpenFrames.BytesOf(segment.Frames, columns);
            if (bytes > rules.MostBytes && train.Count >= 2)
                break;
            train.Add(segment);
        }
        return ([.. train.Select(s => s.Id)], [.. held.Select(s => s.Id)]);
    }
}
