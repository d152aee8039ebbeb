using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Ingest.Segments;

/// <summary>The jobs of one node, live: takes events in any order, twice, from several sources, and says what they change. Immutable.</summary>
/// <remarks>
/// It keeps what was said and works the timeline out of all of it, so that any order of the same events gives the same timeline. The higher source's
/// word on a run replaces the lower ones' (<see cref="JobEventSource"/>); of one source the later. What has been over for <see cref="KeepMs"/> is
/// forgotten; so the timeline holds from the frontier less that on.
/// </remarks>
public sealed class NodeJobs : IWire<NodeJobs>
{
    /// <summary>Later events than this cut no segment anew: they only correct the table of segments. Event time before the frontier.</summary>
    public const long HorizonMs = 300_000;

    /// <summary>More than the horizon and more than the overlap of the accounting's windows, so that a repeated word finds its first one.</summary>
    public const long KeepMs = 900_000;

    /// <summary>Beyond it the jobs that were heard of last stay, those that run before those that are over: a node that starts jobs by the second, or hooks without epilogs.</summary>
    public const int MaxFacts = 192;

    /// <summary>Characters; a longer list is not kept with the node (its count is).</summary>
    public const int MaxNodeList = 1024;

    private readonly ImmutableArray<JobEvent> _facts;
    private IReadOnlyList<NodeJob>? _jobs;
    private JobTimeline? _timeline;

    private NodeJobs(ImmutableArray<JobEvent> facts) => _facts = facts;

    public static NodeJobs Empty { get; } = new([]);

    /// <summary>The runs that are still known, by start, then id.</summary>
    public IReadOnlyList<NodeJob> Jobs => _jobs ??= JobRunResolver.Resolve(_facts);

    /// <summary>Holds from the frontier less <see cref="KeepMs"/> on.</summary>
    public JobTimeline Timeline => _timeline ??= new JobTimeline(Jobs.Select(j => j.Run));

    /// <summary>Words kept, for budgets.</summary>
    public int Facts => _facts.Length;

    /// <param name="said">Of this node; which other nodes the job has does not matter here.</param>
    /// <param name="frontierMs">The node's event time: the latest of its frames and of what was applied.</param>
    public NodeJobsChange Apply(JobEvent said, long frontierMs)
    {
        if (said.StartMs is null && said.EndMs is null)
            throw new ArgumentException("a job event has a start, an end or both", nameof(said));
        var next = With(said);
        var limit = frontierMs - HorizonMs;
        var late = Timeline.FirstDifference(next.Timeline, long.MinValue);
        var cut = late < limit ? Timeline.FirstDifference(next.Timeline, limit) : late;
        return new NodeJobsChange(next.Forget(frontierMs - KeepMs), cut, late < limit ? late : null);
    }

    /// <summary>The jobs on the node at a time, by start; empty = idle.</summary>
    public IReadOnlyList<NodeJob> At(long timeMs) =>
        Jobs.Where(j => j.Run.StartMs <= timeMs && !(j.Run.EndMs <= timeMs)).ToArray();

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, 1);
        writer.WriteArrayHeader(_facts.Length);
        foreach (var fact in _facts)
            fact.Write(ref writer);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out NodeJobs? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, 1, out var record) || !reader.TryReadArrayHeader(MaxFacts, out var count))
            return false;
        var facts = ImmutableArray.CreateBuilder<JobEvent>(count);
        for (var i = 0; i < count; i++)
        {
            if (!JobEvent.TryRead(ref reader, out var fact))
                return false;
            facts.Add(fact);
        }
        if (!reader.TryEndRecord(record, 1))
            return false;
        // Sorted again, so that bytes from elsewhere cannot break what the search for a key relies on.
        facts.Sort(JobFactOrder.Compare);
        value = new NodeJobs(facts.ToImmutable());
        return true;
    }

    private NodeJobs With(JobEvent said)
    {
        if (said.NodeList.Length > MaxNodeList)
            said = said with { NodeList = "" };
        var at = _facts.BinarySearch(said, JobFactOrder.ByKey);
        if (at < 0)
            return new NodeJobs(_facts.Insert(~at, said));
        var newer = JobFactOrder.Newer(_facts[at], said);
        return ReferenceEquals(newer, _facts[at]) ? this : new NodeJobs(_facts.SetItem(at, newer));
    }

    /// <summary>Without the jobs that were over before <paramref name="beforeMs"/>, and within the bound.</summary>
    /// <remarks>All words on a job id go at once: a prolog that outlived the accounting's word on its run would open that run again.</remarks>
    private NodeJobs Forget(long beforeMs)
    {
        if (_facts.Length <= MaxFacts && _facts.All(f => JobFactOrder.LatestMs(f) >= beforeMs))
            return this;
        var open = Jobs.Where(j => j.Run.EndMs is null).Select(j => j.Run.JobId).ToHashSet(StringComparer.Ordinal);
        var ids = _facts.GroupBy(f => f.JobId, StringComparer.Ordinal)
            .Select(g => (Id: g.Key, Open: open.Contains(g.Key), LatestMs: g.Max(JobFactOrder.LatestMs), Facts: g.Count()))
            .OrderByDescending(j => j.Open).ThenByDescending(j => j.LatestMs).ThenBy(j => j.Id, StringComparer.Ordinal);
        var kept = new HashSet<string>(StringComparer.Ordinal);
        var room = MaxFacts;
        foreach (var job in ids)
        {
            if ((!job.Open && job.LatestMs < beforeMs) || (room -= job.Facts) < 0)
                break;
            kept.Add(job.Id);
        }
        var facts = _facts.RemoveAll(f => !kept.Contains(f.JobId));
        // One job that was requeued without end: its latest words.
        if (facts.IsEmpty && room < 0)
            facts = [.. _facts.OrderByDescending(JobFactOrder.LatestMs).Take(MaxFacts / 2).Order(JobFactOrder.ByKey)];
        return facts.Length == _facts.Length ? this : new NodeJobs(facts);
    }
}

/// <summary>What an event did to a node's jobs.</summary>
/// <param name="Jobs">As they are now.</param>
/// <param name="CutFromMs">From here on the segments are to be cut anew, by <see cref="NodeJobs.Timeline"/>; at most <see cref="NodeJobs.HorizonMs"/> before the frontier.
/// Null = nothing changed from there on.</param>
/// <param name="LateFromMs">What changed before the horizon begins here: count it, and correct the table of segments. Null = nothing did.</param>
public sealed record NodeJobsChange(NodeJobs Jobs, long? CutFromMs, long? LateFromMs);
