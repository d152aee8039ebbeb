using Tocsin.Actors.Persistence;
using Tocsin.Shared;

namespace Tocsin.Actors.Learning;

/// <summary>What has matched a provisional pattern so far. Immutable.</summary>
/// <param name="Since">The version that brought it: patterns of earlier ones have other numbers.</param>
/// <param name="Jobs">Idle segments count as jobs of their own.</param>
public sealed record Confirmation(int Pattern, long Since, IReadOnlyList<string> Jobs, IReadOnlyList<string> Nodes)
{
    /// <summary>Takes a segment in that was over and that nothing spoke against.</summary>
    public Confirmation Add(SegmentRow row, LearnRules rules)
    {
        if (row.Pattern != Pattern || row.LibraryVersion < Since)
            return this;
        var job = row.Jobs.Count == 0 ? $"idle-{row.StartMs}-{row.Node}" : string.Join('+', row.Jobs.Select(j => j.ToString()));
        return this with { Jobs = With(Jobs, job, rules.ConfirmJobs), Nodes = With(Nodes, row.Node.ToString(), rules.ConfirmNodes) };
    }

    public bool IsEnough(LearnRules rules) => Jobs.Count >= rules.ConfirmJobs && Nodes.Count >= rules.ConfirmNodes;

    private static IReadOnlyList<string> With(IReadOnlyList<string> known, string one, int most) => known.Count >= most || known.Contains(one) ? known : [.. known, one];
}
