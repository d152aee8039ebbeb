using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Findings;

/// <param name="QuietAfter">Nothing from a source for so long: its nodes are not judged by their silence. Shorter than what makes a node stale.</param>
/// <param name="AwayAfter">Nothing from it for so long: it is away. 2 s to 1 d.</param>
/// <param name="StaleAfter">What makes a node stale: once it is heard again a source's nodes have so long to come back, one by one.</param>
public sealed record SourceWatchOptions(TimeSpan QuietAfter, TimeSpan AwayAfter, TimeSpan StaleAfter)
{
    /// <summary>A source's last nodes were heard up to a cadence before its last word, and looking every half a cadence adds its own: so that a node is excused
    /// before it would be stale.</summary>
    public static SourceWatchOptions For(TimeSpan cadence, TimeSpan staleAfter, TimeSpan awayAfter) =>
        new(TimeSpan.FromTicks(Math.Max(cadence.Ticks * 5 / 4, staleAfter.Ticks - (cadence.Ticks * 7 / 4))), awayAfter, staleAfter);
}

/// <summary>One way by which samples come: how far its nodes are, and whether nothing comes at all. One node's silence is its shard's to tell.</summary>
/// <remarks>Any thread. The time of day decides whether it is away, since a source that says nothing has no event time; how far it is goes by event time: the
/// third newest node's (or the one's before the last, of fewer), so that two clocks ahead do not carry all others away. Kept in memory only.</remarks>
public sealed class SourceWatch(string cluster, SampleSource source, SourceWatchOptions options)
{
    private const int Front = 3;

    /// <summary>Who was not heard of for so long is no part of the source any more.</summary>
    private const long GoneMs = 24 * 3_600_000L;

    private readonly Lock _gate = new();
    private readonly Dictionary<NodeKey, long> _nodes = [];
    private readonly HashSet<NodeKey> _excused = [];
    private long _heardMs;
    private long _calmUntilMs;
    private Finding? _away;

    public SampleSource Source => source;

    public int Nodes
    {
        get
        {
            lock (_gate)
                return _nodes.Count;
        }
    }

    public bool Away => _away is not null;

    /// <summary>It is to send something: where it never does, it is away.</summary>
    public void Expect(long nowMs)
    {
        lock (_gate)
            _heardMs = _heardMs == 0 ? nowMs : _heardMs;
    }

    /// <summary>Samples of a node came.</summary>
    /// <param name="eventMs">Their time.</param>
    /// <param name="nowMs">The time of day.</param>
    public void Heard(NodeKey node, long eventMs, long nowMs)
    {
        lock (_gate)
        {
            // After a break its nodes come one by one.
            if (_heardMs > 0 && nowMs - _heardMs >= (long)options.QuietAfter.TotalMilliseconds)
                _calmUntilMs = nowMs + (long)options.StaleAfter.TotalMilliseconds;
            _heardMs = Math.Max(_heardMs, nowMs);
            _nodes[node] = Math.Max(_nodes.GetValueOrDefault(node), eventMs);
        }
    }

    /// <summary>Its silence is what is to be expected (powered down, rebooting), or no longer so.</summary>
    public void Excuse(NodeKey node, bool excused)
    {
        lock (_gate)
        {
            if (excused)
                _excused.Add(node);
            else
                _excused.Remove(node);
        }
    }

    /// <param name="nowMs">The time of day, unix milliseconds.</param>
    public SourceStanding Look(long nowMs)
    {
        lock (_gate)
        {
            if (_heardMs == 0)
                return new SourceStanding(0, false, null);
            foreach (var (node, last) in _nodes)
            {
                if (nowMs - last >= GoneMs && nowMs - _heardMs < GoneMs)
                    _nodes.Remove(node);
            }
            var silentMs = nowMs - _heardMs;
            var quiet = silentMs >= (long)options.QuietAfter.TotalMilliseconds || nowMs < _calmUntilMs;
            return new SourceStanding(FrontMs(), quiet, DecideAway(nowMs, silentMs >= (long)options.AwayAfter.TotalMilliseconds && AnyExpected()));
        }
    }

    /// <summary>Where nobody is expected nobody is missing.</summary>
    private bool AnyExpected() => _nodes.Count == 0 || _nodes.Keys.Any(n => !_excused.Contains(n));

    private Finding? DecideAway(long nowMs, bool away)
    {
        if (away && (_away is null || nowMs - _away.AtMs >= SentFinding.RefreshMs))
            return _away = Tell(nowMs);
        if (away || _away is not { } over)
            return null;
        _away = null;
        return SentFinding.Over(over, nowMs);
    }

    private long FrontMs()
    {
        // Of two nodes the newest, of three the second, of more the third.
        var rank = Math.Clamp(_nodes.Count - 1, 1, Front);
        Span<long> newest = stackalloc long[Front];
        newest.Clear();
        foreach (var watched in _nodes.Values)
        {
            var last = watched;
            for (var i = 0; i < rank; i++)
            {
                if (last > newest[i])
                    (newest[i], last) = (last, newest[i]);
            }
        }
        return newest[rank - 1];
    }

    private Finding Tell(long nowMs) => new()
    {
        Node = NodeKey.TryParse(cluster, NameOf(source), out var key) ? key : throw new InvalidOperationException($"'{cluster}' is no name of a cluster"),
        Source = FindingSource.SourceAway,
        Kind = FaultKind.Unreachable,
        SinceMs = _heardMs,
        AtMs = nowMs,
        // It has been silent for longer than any hold already.
        HoldMs = 0,
    };

    private static string NameOf(SampleSource source) => source switch
    {
        SampleSource.RemoteWrite => "remote_write",
        SampleSource.Scrape => "scrape",
        _ => "unknown",
    };
}

/// <param name="FrontMs">Event time that its nodes have reached; 0 = none was heard of.</param>
/// <param name="Quiet">Its nodes are not to be judged by their silence now.</param>
/// <param name="Told">It is away, or no longer; null = nothing new.</param>
public readonly record struct SourceStanding(long FrontMs, bool Quiet, Finding? Told);
