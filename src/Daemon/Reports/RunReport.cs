using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Reports;

/// <summary>Was it the node or the code?</summary>
internal enum Blame
{
    /// <summary>Nothing was wrong.</summary>
    Nothing,
    Node,
    Code,

    /// <summary>Something that nodes share: filesystem, fabric, power, the site.</summary>
    Shared,
    Unknown,
}

/// <param name="Sentence">One, for people.</param>
/// <param name="Reasons">What it rests on, the weightiest first.</param>
internal sealed record Judgement(Blame Blame, string Sentence, IReadOnlyList<string> Reasons);

/// <summary>One run of a job, judged.</summary>
/// <param name="Nodes">Those with alerts first.</param>
/// <param name="Watched">Of the run on its nodes, 0..1: <see cref="WatchedTime.Watched"/>.</param>
/// <param name="Seen">Of the run on its nodes, 0..1: <see cref="WatchedTime.Seen"/>.</param>
internal sealed record RunReport(RunFacts Facts, Judgement Judgement, IReadOnlyList<NodeReport> Nodes, double Watched, double Seen)
{
    /// <summary>From which number of nodes on they are compared with one another.</summary>
    public const int LeastPeers = 4;

    public static RunReport Of(RunFacts facts, long cadenceMs)
    {
        List<NodeReport> nodes = [.. facts.Nodes.Select(n => NodeReport.Of(n, facts, cadenceMs))];
        var watched = nodes.Count == 0 ? 0 : nodes.Average(n => n.Time.Watched);
        var seen = nodes.Count == 0 ? 0 : nodes.Average(n => n.Time.Seen);
        return new RunReport(
            facts, JudgeRules.Judge(facts, watched, seen),
            [.. nodes.OrderBy(n => n.Alerts.Count == 0 ? long.MaxValue : n.Alerts[0].Alert.SinceMs).ThenBy(n => n.Facts.Name, StringComparer.Ordinal)], watched, seen);
    }
}

/// <summary>One node of a run.</summary>
/// <param name="Alerts">That it has a part in, the oldest first.</param>
/// <param name="Rules">That fired on it.</param>
/// <param name="Peers">A sentence on the comparison with the job's other nodes.</param>
internal sealed record NodeReport(NodeFacts Facts, WatchedTime Time, IReadOnlyList<AlertFact> Alerts, IReadOnlyList<string> Rules, string Peers)
{
    public static NodeReport Of(NodeFacts node, RunFacts run, long cadenceMs)
    {
        List<AlertFact> own = [.. run.Alerts.Where(a => a.On(node.Name))];
        var signs = own.SelectMany(a => a.Alert.Signs).ToList();
        var differs = signs.Where(s => s.Source == FindingSource.Peer).SelectMany(s => s.Top.Take(3)).Select(t => t.Metric).Distinct(StringComparer.Ordinal).ToList();
        var peers = run.Run.NodeCount < RunReport.LeastPeers ? $"not compared: the job has fewer than {RunReport.LeastPeers} nodes"
            : differs.Count > 0 ? $"differs from the job's other nodes: {string.Join(", ", differs)}"
            : "no difference found";
        return new NodeReport(
            node, WatchedTime.Of(node, run.Alerts, run.FromMs, run.UntilMs, cadenceMs), own,
            [.. signs.Where(s => s.Source == FindingSource.Rule).Select(s => s.Rule).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], peers);
    }
}

/// <summary>All runs of a job.</summary>
/// <param name="Runs">The newest first: a requeued job has several.</param>
internal sealed record JobReport(string Cluster, string JobId, long NowMs, IReadOnlyList<RunReport> Runs)
{
    /// <summary>Of the newest run that did not go well, or of the newest.</summary>
    public Judgement Judgement => (Runs.FirstOrDefault(r => r.Judgement.Blame != Blame.Nothing) ?? Runs[0]).Judgement;
}
