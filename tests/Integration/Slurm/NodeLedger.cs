using System.Collections.Concurrent;
using Tocsin.Ingest.Segments;
using Tocsin.Ingest.Slurm;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Slurm;

/// <summary>Stands in for the log and the nodes' actors: each event goes to the timelines of its nodes.</summary>
internal sealed class NodeLedger(TimeProvider time) : IJobEventSink
{
    private readonly ConcurrentDictionary<string, NodeJobs> _nodes = new(StringComparer.Ordinal);

    public List<JobEvent> Events { get; } = [];

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<JobEvent> events, CancellationToken stop)
    {
        foreach (var e in events)
        {
            Assert.Null(Hostlist.Expand(e.NodeList, out var names));
            foreach (var node in names)
                _nodes[node] = _nodes.GetValueOrDefault(node, NodeJobs.Empty).Apply(e, time.GetUtcNow().ToUnixTimeMilliseconds()).Jobs;
        }
        Events.AddRange(events);
        return ValueTask.FromResult(AppendResult.Done);
    }

    /// <summary>Every run on every node: <c>n001 12 1795272219-1795272221</c>, sorted.</summary>
    public IEnumerable<string> Runs() => _nodes
        .SelectMany(n => n.Value.Jobs.Select(j => $"{n.Key} {j.Run.JobId} {j.Run.StartMs / 1000.0}-{j.Run.EndMs / 1000.0}"))
        .Order(StringComparer.Ordinal);

    public NodeJobs Of(string node) => _nodes.GetValueOrDefault(node, NodeJobs.Empty);
}
