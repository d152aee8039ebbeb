using Tocsin.Actors.Alerts.Findings;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Alerts;

/// <summary>All ways by which samples come. Any thread.</summary>
internal sealed class SourceBoard
{
    private readonly SourceWatch[] _all;

    public SourceBoard(string cluster, SourceWatchOptions options) => _all = [.. Enum.GetValues<SampleSource>().Select(s => new SourceWatch(cluster, s, options))];

    public SourceWatch Of(SampleSource source) => _all[(int)source];

    /// <summary>Those from which nothing comes though something should.</summary>
    public IEnumerable<SampleSource> Away => _all.Where(s => s.Away).Select(s => s.Source);

    /// <summary>They are in the log.</summary>
    public void Heard(IReadOnlyList<SampleBatch> batches, long nowMs)
    {
        foreach (var batch in batches)
            Of(batch.Source).Heard(batch.Node, batch.TimeMs, nowMs);
    }

    public void Heard(IReadOnlyList<NodeState> states)
    {
        foreach (var state in states)
        {
            foreach (var source in _all)
                source.Excuse(state.Node, state.SilenceIsMeant);
        }
    }

    public (SourceTime Time, IReadOnlyList<Finding> Findings) Look(long nowMs)
    {
        var findings = new List<Finding>();
        var (front, quiet) = (0L, 0);
        foreach (var source in _all)
        {
            var standing = source.Look(nowMs);
            if (standing.Quiet)
                quiet |= SourceTime.Bit(source.Source);
            else
                front = Math.Max(front, standing.FrontMs);
            if (standing.Told is { } told)
                findings.Add(told);
        }
        return (new SourceTime(front, quiet), findings);
    }
}
