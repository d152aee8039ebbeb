using Tocsin.Actors.Alerts.Findings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Peers;

/// <summary>The nodes of one run of a job, compared frame by frame; findings when one differs for long enough. One a multi-node job.</summary>
/// <remarks>Kept in memory only: after a restart it begins anew, and a finding that is still true is told again within five frames. What was found
/// and is not any more is over when the watch says so; <see cref="Open"/> takes up what the book still has.</remarks>
public sealed class PeerWatch(JobKey job, int jobNodes, PeerOptions options)
{
    private readonly PeerSpread _spread = new();
    private readonly SortedDictionary<string, FinderState> _states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly FinderOptions _finder = new() { Open = options.Frames, Of = options.OfFrames };

    public JobKey Job => job;

    /// <summary>A finding of an earlier life of this watch.</summary>
    public void Open(Finding finding) => _states[finding.Node.Name] = FinderState.Nothing with { Sent = finding };

    /// <summary>Once a cadence.</summary>
    /// <param name="frames">The latest of each of the job's nodes on this segment, its first node first.</param>
    public IReadOnlyList<Finding> Step(IReadOnlyList<Frame> frames, long segmentStartMs)
    {
        var told = new List<Finding>();
        foreach (var verdict in PeerComparison.Compare(frames, _spread, options))
        {
            // The others went on and this one's frame is the old one: it says nothing new.
            if (_last.TryGetValue(verdict.Node.Name, out var last) && verdict.TimeMs <= last)
                continue;
            _last[verdict.Node.Name] = verdict.TimeMs;
            var context = new FindingContext(verdict.Node, job, jobNodes, segmentStartMs);
            var state = _states.GetValueOrDefault(verdict.Node.Name, FinderState.Nothing);
            var (next, finding) = ScoreFinder.Step(state, context, FindingSource.Peer, verdict.AsScore, () => verdict.Top, _finder);
            _states[verdict.Node.Name] = next;
            if (finding is not null)
                told.Add(finding);
        }
        return told;
    }

    /// <summary>The job is over: so is all that was found by it.</summary>
    public IReadOnlyList<Finding> End(long nowMs) =>
        [.. _states.Values.Select(s => ScoreFinder.Drop(s, nowMs).Told).OfType<Finding>()];
}
