using Tocsin.Actors.Alerts;
using Tocsin.Actors.Alerts.Book;
using Tocsin.Daemon.Config;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Reports;

/// <summary>The node, the code, something shared, or unknown: from what is stored of a run. In this order: what operators confirmed, what the scheduler says, what is
/// shared, what a few nodes show alone, what all show, how the run ended and how much of it was watched. No clock, no I/O.</summary>
internal static class JudgeRules
{
    /// <summary>Under this share of the run with data nothing is concluded from silence.</summary>
    public const double LeastSeen = 0.5;

    private const int Names = 3;

    private static readonly AlertOptions Usual = new();

    public static Judgement Judge(RunFacts run, double watched, double seen)
    {
        var counted = run.Alerts.Where(a => !a.Dismissed && a.Fault && a.Before(run.UntilMs) && (a.Alert.ClearedMs is not { } cleared || cleared > run.FromMs)).ToList();
        var reasons = Notes(run, watched, seen).ToList();
        var nodes = counted.Where(a => a.Alert.Cause == AlertCause.Node && a.Alert.NodeCount <= a.Alert.Nodes.Count).ToList();
        var judged = nodes.Where(a => a.Confirmed).ToList() is { Count: > 0 } confirmed ? Node(run, confirmed)
            : run.Run.State is JobState.NodeFailed or JobState.BootFailed ? Failed(run, counted)
            : counted.Find(a => a.Alert.Cause == AlertCause.Shared) is { } shared ? (Blame.Shared, $"Something shared: {Summary(shared)}{When(run, shared)}.", [Reason(shared)])
            : IsOfFew(run, nodes) ? Node(run, nodes)
            : counted.Find(a => a.Alert.Cause == AlertCause.Job && a.Alert.Job?.JobId == run.Run.JobId) is { } job ? Code(run, job)
            : counted.Count > 0 ? Unclear(run, counted)
            : Quiet(run, watched, seen);
        return new Judgement(judged.Blame, judged.Sentence, [.. judged.Reasons, .. reasons]);
    }

    /// <summary>As alerts ask it: so few that each has a fault of its own.</summary>
    private static bool IsOfFew(RunFacts run, List<AlertFact> nodes)
    {
        var names = nodes.SelectMany(a => a.Alert.Nodes).Distinct(StringComparer.Ordinal).Count();
        return names > 0 && CauseRules.AreSeparate(names, run.Run.NodeCount, Usual);
    }

    private static (Blame Blame, string Sentence, IReadOnlyList<string> Reasons) Node(RunFacts run, List<AlertFact> nodes)
    {
        var first = nodes.MinBy(a => a.Alert.SinceMs)!;
        var names = nodes.SelectMany(a => a.Alert.Nodes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var others = run.Run.NodeCount - names.Count;
        var rest = others <= 0 ? "" : others == 1 ? "; the job's other node shows nothing of it" : $"; the job's other {others} nodes show nothing of it";
        var also = names.Count > 1 ? $" (and {List(names.Where(n => n != first.Alert.Nodes[0]))})" : "";
        var ended = run.Run.State == JobState.Completed ? "; the job completed all the same" : "";
        return (Blame.Node, $"The node: {Summary(first)}{also}{When(run, first)}{rest}{ended}.", [.. nodes.Select(Reason)]);
    }

    private static (Blame Blame, string Sentence, IReadOnlyList<string> Reasons) Failed(RunFacts run, List<AlertFact> counted)
    {
        var early = counted.Where(a => !a.Down && a.Alert.Cause is AlertCause.Node or AlertCause.Shared).MinBy(a => a.Alert.SinceMs);
        var down = counted.Where(a => a.Down).SelectMany(a => a.Alert.Nodes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var who = down.Count > 0 ? $"{List(down)} went down" : "a node of it failed, says Slurm";
        var before = early is null ? "" : $"; before that: {Summary(early)}{When(run, early)}";
        return (Blame.Node, $"The node: {who}{before}.", [Ended(run), .. counted.Select(Reason)]);
    }

    private static (Blame Blame, string Sentence, IReadOnlyList<string> Reasons) Code(RunFacts run, AlertFact job)
    {
        var alert = job.Alert;
        var kind = alert.Kind == FaultKind.Unknown ? "the same" : $"the same ({Word(alert.Kind)})";
        var all = alert.NodeCount >= alert.OutOf ? $"all {alert.OutOf} nodes" : $"{alert.NodeCount} of {alert.OutOf} nodes";
        return (Blame.Code, $"The code: {all} show {kind}{When(run, job)}, so no single node.", [Reason(job)]);
    }

    private static (Blame Blame, string Sentence, IReadOnlyList<string> Reasons) Unclear(RunFacts run, List<AlertFact> counted)
    {
        var nodes = counted.SelectMany(a => a.Alert.Nodes).Distinct(StringComparer.Ordinal).Count(n => run.Nodes.Any(r => r.Name == n));
        var first = counted.MinBy(a => a.Alert.SinceMs)!;
        var sentence = run.Run.NodeCount == 1
            ? $"Unknown: {Summary(first)}{When(run, first)}; on a job of one node a score alone cannot tell the node from the code."
            : $"Unknown: {nodes} of {run.Run.NodeCount} nodes show something, more than chance and fewer than all: {Summary(first)}{When(run, first)}.";
        return (Blame.Unknown, sentence, [.. counted.Select(Reason)]);
    }

    private static (Blame Blame, string Sentence, IReadOnlyList<string> Reasons) Quiet(RunFacts run, double watched, double seen)
    {
        var normal = run.Run.NodeCount == 1 ? "its node shows nothing unusual" : $"its {run.Run.NodeCount} nodes show nothing unusual";
        if (run.Run.State is JobState.Completed or JobState.Resized)
            return (Blame.Nothing, seen < LeastSeen ? $"Nothing is known to have been wrong: it completed, and data are there of {Percent(seen)} of it." : $"Nothing was wrong: it completed, and {normal}.", []);
        if (!run.Ended)
            return (seen < LeastSeen ? Blame.Unknown : Blame.Nothing, seen < LeastSeen ? $"Unknown: it runs, and data are there of only {Percent(seen)} of it." : $"Nothing so far: it runs, and {normal}.", []);
        if (run.Run.State == JobState.OutOfMemory)
            return (Blame.Code, $"The code: Slurm ended it because it took more memory than it was given{(seen < LeastSeen ? "" : $"; {normal}")}.", [Ended(run)]);
        if (run.Run.State is JobState.Cancelled or JobState.Preempted or JobState.Requeued or JobState.PastDeadline)
            return (Blame.Nothing, $"Nothing is known to have been wrong: it was {Word(run.Run.State)}{(seen < LeastSeen ? "" : $", and {normal}")}.", []);
        if (seen < LeastSeen)
            return (Blame.Unknown, $"Unknown: data are there of only {Percent(seen)} of it.", []);
        return run.Run.State switch
        {
            JobState.TimedOut => (Blame.Code, $"The code, or its time limit: it ran to the limit, and {normal}.", [Ended(run)]),
            JobState.Failed when watched < LeastSeen => (Blame.Unknown, $"Unknown: it failed, and only {Percent(watched)} of it was watched by a model; rules and the comparison of nodes found nothing.", []),
            JobState.Failed => (Blame.Code, $"The code: it failed, and {normal}.", [Ended(run)]),
            _ => (Blame.Unknown, $"Unknown: nothing says how it ended; {normal}.", []),
        };
    }

    private static IEnumerable<string> Notes(RunFacts run, double watched, double seen)
    {
        foreach (var dismissed in run.Alerts.Where(a => a.Dismissed))
            yield return $"Left out: {Summary(dismissed)} (alert {dismissed.Alert.Id}), {Word(dismissed.Verdict!.Word)} as an operator says.";
        foreach (var late in run.Alerts.Where(a => a.Fault && !a.Dismissed && !a.Before(run.UntilMs)))
            yield return $"After the run: {Summary(late)} (alert {late.Alert.Id}).";
        foreach (var past in run.Alerts.Where(a => a.Fault && !a.Dismissed && a.Alert.ClearedMs <= run.FromMs))
            yield return $"Over before the run: {Summary(past)} (alert {past.Alert.Id}).";
        yield return $"{Percent(watched)} of the run was watched by the model of a pattern; of {Percent(seen)} there are data for rules and the comparison of nodes.";
    }

    /// <summary>", 40 min before the end", ", since before the job began".</summary>
    private static string When(RunFacts run, AlertFact fact)
    {
        if (fact.Alert.SinceMs < run.FromMs)
            return ", since before the job began";
        return run.Ended ? $", {Span(run.UntilMs - fact.Alert.SinceMs)} before the end" : $", since {Span(run.UntilMs - fact.Alert.SinceMs)}";
    }

    private static string Ended(RunFacts run) => $"Slurm ended the run as {Word(run.Run.State)}{(run.Run.ExitCode is { } code ? $", exit code {OneLine.Of(code, 16)}" : "")}.";

    private static string Reason(AlertFact fact) =>
        $"Alert {fact.Alert.Id}: {OneLine.Of(fact.Alert.Evidence, 1000)}{(fact.Confirmed ? " Confirmed by an operator." : "")}";

    private static string Summary(AlertFact fact) => OneLine.Of(fact.Alert.Summary, 300);

    private static string List(IEnumerable<string> names)
    {
        var all = names.ToList();
        return string.Join(", ", all.Take(Names).Select(n => OneLine.Of(n, 64))) + (all.Count > Names ? $" and {all.Count - Names} more" : "");
    }

    internal static string Word<T>(T value)
        where T : struct, Enum => Http.Schema.Word(value).Replace('_', ' ');

    internal static string Percent(double share) => share is > 0.995 and < 1 ? "99 %" : $"{Math.Round(100 * share):0} %";

    internal static string Span(long ms) => Actors.Alerts.Words.RawUnits.Span(ms);
}
