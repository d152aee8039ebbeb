using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Findings;

/// <param name="StaleAfter">How far behind its source's others a node is stale. 10 s to 1 h; three cadences, and at least a minute, is usual.</param>
/// <param name="AwayAfter">How long nobody of a source is heard of until it is away. 30 s to 24 h.</param>
public sealed record SourceWatchOptions(TimeSpan StaleAfter, TimeSpan AwayAfter)
{
    public static SourceWatchOptions For(TimeSpan cadence) => new(
        TimeSpan.FromTicks(Math.Max(3 * cadence.Ticks, TimeSpan.TicksPerMinute)), TimeSpan.FromTicks(Math.Max(4 * cadence.Ticks, 2 * TimeSpan.TicksPerMinute)));
}

/// <summary>Who of one source's nodes is silent while the others go on, and whether all of them are. Stale, never anomalous, never healthy.</summary>
/// <remarks>Event time decides who is stale: how far a node lies behind the front, which is the third newest node (or the one before the last, of
/// fewer), so that two nodes with a clock ahead do not make all others stale. The time of day decides only that a source is away: a source that says
/// nothing has no event time. When a source comes back, its nodes come one by one; nobody is judged until the front has gone on for
/// <see cref="SourceWatchOptions.StaleAfter"/>.</remarks>
public sealed class SourceWatch(string cluster, string source, SourceWatchOptions options)
{
    private const int Front = 3;

    private readonly Dictionary<NodeKey, Watched> _nodes = [];
    private long _front;
    private long _resumed;
    private Finding? _away;

    public int Nodes => _nodes.Count;

    public bool Away => _away is not null;

    /// <summary>Nodes that are stale now.</summary>
    public int Stale => _nodes.Values.Count(n => n.Sent is not null);

    /// <summary>A frame or a scrape of the node. Older ones than known change nothing.</summary>
    public void Seen(NodeKey node, long eventMs)
    {
        var watched = Of(node);
        watched.LastMs = Math.Max(watched.LastMs, eventMs);
    }

    /// <summary>Its silence is what is to be expected (powered down, rebooting), or no longer so; then its time starts anew.</summary>
    public void Excuse(NodeKey node, bool excused)
    {
        var watched = Of(node);
        if (watched.Excused && !excused)
            watched.LastMs = Math.Max(watched.LastMs, _front);
        watched.Excused = excused;
    }

    /// <summary>What runs on it, for the finding.</summary>
    public void Runs(NodeKey node, JobKey? job, int jobNodes)
    {
        var watched = Of(node);
        (watched.Job, watched.JobNodes) = (job, jobNodes);
    }

    /// <returns>What is over with it, if anything was.</returns>
    public Finding? Remove(NodeKey node, long nowMs) =>
        _nodes.Remove(node, out var watched) && watched.Sent is { } sent ? SentFinding.Over(sent, nowMs) : null;

    /// <param name="nowMs">The time of day, unix milliseconds.</param>
    /// <param name="caughtUp">The shard has applied what there is: else silence is its own.</param>
    /// <returns>What is new, ordered by node.</returns>
    public IReadOnlyList<Finding> Decide(long nowMs, bool caughtUp)
    {
        var told = new List<Finding>();
        if (!caughtUp || _nodes.Count == 0)
            return told;
        var front = FrontMs();
        var staleAfter = (long)options.StaleAfter.TotalMilliseconds;
        if (front - _front > staleAfter)
            _resumed = front;
        _front = Math.Max(_front, front);
        DecideAway(nowMs, told);
        if (_away is not null)
            return told;
        foreach (var (node, watched) in _nodes.OrderBy(n => n.Key.Name, StringComparer.Ordinal))
        {
            var behind = _front - watched.LastMs;
            var silent = !watched.Excused && behind >= staleAfter && (watched.Sent is not null || _front - _resumed >= staleAfter);
            if (silent == watched.Sent is not null)
                continue;
            var finding = silent ? Tell(node, FindingSource.Silence, watched.LastMs, watched.Job, watched.JobNodes) : SentFinding.Over(watched.Sent!, _front);
            watched.Sent = silent ? finding : null;
            told.Add(finding);
        }
        return told;
    }

    private void DecideAway(long nowMs, List<Finding> told)
    {
        // Nobody is expected: nobody is missing.
        var away = _front > 0 && nowMs - _front >= (long)options.AwayAfter.TotalMilliseconds && _nodes.Values.Any(n => !n.Excused);
        if (away && (_away is null || nowMs - _away.AtMs >= SentFinding.RefreshMs) && NodeKey.TryParse(cluster, source, out var key))
            told.Add(_away = Tell(key, FindingSource.SourceAway, _front, null, 0) with { AtMs = nowMs });
        else if (!away && _away is { } over)
        {
            told.Add(SentFinding.Over(over, nowMs));
            _away = null;
        }
    }

    private long FrontMs()
    {
        // Of two nodes the newest, of three the second, of more the third.
        var rank = Math.Clamp(_nodes.Count - 1, 1, Front);
        Span<long> newest = stackalloc long[Front];
        newest.Clear();
        foreach (var watched in _nodes.Values)
        {
            var last = watched.LastMs;
            for (var i = 0; i < rank; i++)
            {
                if (last > newest[i])
                    (newest[i], last) = (last, newest[i]);
            }
        }
        return newest[rank - 1];
    }

    private static Finding Tell(NodeKey node, FindingSource what, long since, JobKey? job, int jobNodes) => new()
    {
        Node = node,
        Source = what,
        Kind = FaultKind.Unreachable,
        Job = job,
        JobNodes = jobNodes,
        SinceMs = since,
        AtMs = since,
        // It has been silent for longer than any hold already.
        HoldMs = 0,
    };

    private Watched Of(NodeKey node)
    {
        if (!_nodes.TryGetValue(node, out var watched))
            _nodes.Add(node, watched = new Watched { LastMs = _front });
        return watched;
    }

    private sealed class Watched
    {
        public long LastMs { get; set; }

        public bool Excused { get; set; }

        public JobKey? Job { get; set; }

        public int JobNodes { get; set; }

        public Finding? Sent { get; set; }
    }
}
