using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>Which job a node's trouble belongs to: the one that its findings name; else, where they were found before anyone told of the job, the one that runs there now and had begun by
/// their onset. Of two such jobs nobody knows which, and then it is the node's own. Trouble that is older than the job is the node's own, too.</summary>
internal sealed class JobsOfNodes(BookState state)
{
    private Dictionary<JobKey, int>? _nodes;

    /// <param name="rows">Of one node and class, at least one.</param>
    /// <returns>The job, and how many nodes it has; (null, 0) of what is the node's own.</returns>
    public (JobKey? Job, int Nodes) Of(NodeKey node, IReadOnlyList<FindingRow> rows)
    {
        if (rows.FirstOrDefault(r => r.Finding.Job is not null) is { Finding: var named })
            return (named.Job, named.JobNodes);
        // Silence and the scheduler's word are the node's state and not a job's doing.
        if (rows[0].Key.Class != FindingClass.Fault || !state.Nodes.TryGetValue(node, out var status))
            return (null, 0);
        var since = rows.Min(r => r.Finding.SinceMs);
        return status.Jobs.Where(j => j.StartMs <= since).Take(2).ToList() is [var only] ? (only, Nodes(only)) : (null, 0);
    }

    /// <summary>That are watched: what the accounting says of its size is in findings alone.</summary>
    private int Nodes(JobKey job)
    {
        _nodes ??= state.Nodes.Values.SelectMany(n => n.Jobs).CountBy(j => j).ToDictionary();
        return _nodes[job];
    }
}
