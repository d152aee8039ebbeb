using Tocsin.Inference.Faults.Moe;

namespace Tocsin.Inference.Faults.Tuning;

/// <summary>One predicted interval: what the model was told, what was said, and the labels once they come.</summary>
/// <param name="Inputs">hosts x columns, as they were at the time of the prediction.</param>
/// <param name="Labels">-1 until known.</param>
public sealed record RememberedInterval(int Target, float[] Inputs, AgedEdge[] Edges, int[] Labels)
{
    public bool Labelled { get; set; }

    public float[] Champion { get; set; } = [];

    /// <summary>Of the challenger with that number, while there is one.</summary>
    public float[] Challenger { get; set; } = [];

    public int ChallengerNumber { get; set; }
}

/// <summary>The last predicted intervals, bounded; the oldest are forgotten.</summary>
public sealed class TuningMemory(int capacity)
{
    private readonly Queue<RememberedInterval> _all = [];

    public IEnumerable<RememberedInterval> All => _all;

    public int Count => _all.Count;

    public void Add(RememberedInterval interval)
    {
        _all.Enqueue(interval);
        while (_all.Count > capacity)
            _all.Dequeue();
    }

    public RememberedInterval? Find(int target)
    {
        if (_all.Count == 0)
            return null;
        foreach (var interval in _all)
        {
            if (interval.Target == target)
                return interval;
        }
        return null;
    }
}
