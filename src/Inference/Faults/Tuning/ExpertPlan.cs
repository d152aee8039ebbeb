using Tocsin.Inference.Faults.Moe;

namespace Tocsin.Inference.Faults.Tuning;

/// <summary>Which experts stay, and what comes.</summary>
/// <param name="Kept">Their indices, in order; at least one.</param>
/// <param name="Added">The representation of the new expert, or none.</param>
public sealed record ExpertPlan(IReadOnlyList<int> Kept, IReadOnlyList<float[]> Added)
{
    /// <summary>An expert that was never awake in the window goes; inputs that none wanted bring one. Nothing was seen: nothing changes. At the bound nothing is added.</summary>
    /// <param name="most">Experts, 1 or more.</param>
    public static ExpertPlan Decide(RoutingRecord record, int most)
    {
        int[] all = [.. Enumerable.Range(0, record.Awake.Count)];
        if (record.Inputs == 0)
            return new ExpertPlan(all, []);
        int[] kept = [.. all.Where(g => record.Awake[g] > 0)];
        if (kept.Length == 0)
            kept = [0];
        return new ExpertPlan(kept, kept.Length < most && record.UnwantedMean() is { } mean ? [mean] : []);
    }

    public int Removed(int before) => before - Kept.Count;

    public MoeModel Apply(MoeModel model) => Kept.Count == model.Shape.Experts && Added.Count == 0 ? model.Clone() : model.WithExperts(Kept, Added);
}
