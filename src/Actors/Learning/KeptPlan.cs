namespace Tocsin.Actors.Learning;

/// <summary>Which kept segments have to go: the oldest of each pattern, then the oldest of whatever takes most room.</summary>
public static class KeptPlan
{
    public static IReadOnlyList<string> Surplus(IReadOnlyList<Judged> all, CollectOptions options)
    {
        var kept = new Dictionary<int, Queue<KeptSegment>>();
        var gone = new List<string>();
        foreach (var pattern in all.GroupBy(j => j.Pattern))
        {
            var queue = kept[pattern.Key] = new Queue<KeptSegment>(pattern.Select(j => j.Segment).OrderBy(s => s.StartMs).ThenBy(s => s.Id, StringComparer.Ordinal));
            while (queue.Count > (pattern.Key < 0 ? options.KeptUnmatched : options.KeptPerPattern))
                gone.Add(queue.Dequeue().Id);
        }
        var bytes = kept.ToDictionary(k => k.Key, k => k.Value.Sum(s => s.Bytes));
        while (bytes.Values.Sum() > options.KeptBytes)
        {
            var largest = bytes.MaxBy(b => b.Value).Key;
            var oldest = kept[largest].Dequeue();
            bytes[largest] -= oldest.Bytes;
            gone.Add(oldest.Id);
        }
        return gone;
    }
}
