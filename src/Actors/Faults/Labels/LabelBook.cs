using Tocsin.Inference.Faults;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults.Labels;

/// <summary>All label records, by key and by node; bounded, the oldest go first. Pure.</summary>
public sealed class LabelBook
{
    public const int Most = 200_000;

    private readonly Dictionary<string, LabelRecord> _all = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeKey, Dictionary<string, LabelRecord>> _byNode = [];

    public int Count => _all.Count;

    public IEnumerable<LabelRecord> All => _all.Values;

    /// <returns>Null: it says what was known. Else the record to keep, which remembers when it was first heard.</returns>
    public LabelRecord? Take(LabelRecord record)
    {
        if (_all.TryGetValue(record.Key, out var known))
        {
            record = record with { KnownMs = Math.Min(known.KnownMs, record.KnownMs), Words = known.Words, Undone = known.Undone || record.Undone };
            if (record == known)
                return null;
        }
        else if (record.Undone)
        {
            return null;
        }
        Put(record);
        if (_all.Count > Most)
            Forget();
        return record;
    }

    /// <summary>What is known of a stretch of a node's time. A person outranks a rule, a rule the scheduler, and of one origin what was heard last holds: a reason is
    /// corrected by the one that is written after it. A fault of a higher origin without a class does not hide the class that a lower one names; "healthy" hides both.</summary>
    /// <param name="spoken">False: nothing speaks of it. Else null means: a fault, or maybe one, of no known class.</param>
    public FaultClass? Of(NodeKey node, long fromMs, long untilMs, out bool spoken)
    {
        spoken = false;
        FaultClass? found = null;
        if (!_byNode.TryGetValue(node, out var records))
            return null;
        foreach (var record in records.Values.Where(r => r.Touches(fromMs, untilMs)).OrderByDescending(r => r.Origin).ThenByDescending(r => r.KnownMs).ThenBy(r => r.Key, StringComparer.Ordinal))
        {
            if (record.Fault == FaultClass.None && spoken)
                break;
            spoken = true;
            found = record.Fault;
            if (found is not null)
                break;
        }
        return found;
    }

    public void Load(IEnumerable<LabelRecord> records)
    {
        foreach (var record in records)
            Put(record);
        if (_all.Count > Most)
            Forget();
    }

    private void Put(LabelRecord record)
    {
        _all[record.Key] = record;
        var node = new NodeKey(record.Cluster, record.Node);
        if (!_byNode.TryGetValue(node, out var own))
            _byNode.Add(node, own = new(StringComparer.Ordinal));
        own[record.Key] = record;
    }

    /// <summary>A tenth at once, so that it is rare.</summary>
    private void Forget()
    {
        foreach (var old in _all.Values.OrderBy(r => r.FromMs).ThenBy(r => r.Key, StringComparer.Ordinal).Take(_all.Count - Most + (Most / 10)).ToList())
        {
            _all.Remove(old.Key);
            var node = new NodeKey(old.Cluster, old.Node);
            _byNode[node].Remove(old.Key);
            if (_byNode[node].Count == 0)
                _byNode.Remove(node);
        }
    }
}
