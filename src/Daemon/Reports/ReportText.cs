using System.Text;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http;

namespace Tocsin.Daemon.Reports;

/// <summary>A report as text for a terminal or a ticket.</summary>
internal static class ReportText
{
    private const int MostNodes = 20;

    public static string Of(JobReport report)
    {
        var text = new StringBuilder();
        text.Append($"Job {Line(report.JobId)} on {Line(report.Cluster)}\n{report.Judgement.Sentence}\n");
        foreach (var run in report.Runs)
            Add(text, run, report.Runs.Count > 1);
        return text.ToString();
    }

    /// <summary>"shared 20 %, too short 4 %"; empty where all was watched.</summary>
    public static string Rest(WatchedTime time) => string.Join(", ", time.Shares
        .Where(s => s.Key != Unwatched.Watched && s.Value > 0.005).OrderByDescending(s => s.Value).Select(s => $"{Word(s.Key)} {JudgeRules.Percent(s.Value)}"));

    public static string Word(Unwatched why) => why switch
    {
        Unwatched.NotSeen => "not watched yet",
        Unwatched.NoData => "no data",
        Unwatched.NoLibrary => "no library yet",
        Unwatched.TooShort => "too short",
        Unwatched.Shared => "shared with other jobs",
        Unwatched.NoPattern => "like no known pattern",
        _ => JudgeRules.Word(why),
    };

    /// <summary>Ran, state, exit code and nodes, as the accounting says.</summary>
    public static string Head(RunReport run)
    {
        var said = run.Facts.Run;
        var end = said.EndMs is { } ended ? $"to {Iso.Text(ended)} ({JudgeRules.Span(ended - said.StartMs!.Value)})" : $"and runs ({JudgeRules.Span(run.Facts.UntilMs - said.StartMs!.Value)} so far)";
        var user = said.User is { } name ? $" of {Line(name)}" : "";
        var exit = said.ExitCode is { } code ? $" (exit code {Line(code)})" : "";
        return $"{Line(said.JobName)}{user}, {JudgeRules.Word(said.State)}{exit}; from {Iso.Text(said.StartMs)} {end}; {said.NodeCount} {(said.NodeCount == 1 ? "node" : "nodes")}: {Line(said.NodeList)}";
    }

    private static void Add(StringBuilder text, RunReport run, bool several)
    {
        text.Append($"\nRun: {Head(run)}\n");
        if (several)
            text.Append($"  {run.Judgement.Sentence}\n");
        foreach (var reason in run.Judgement.Reasons)
            text.Append($"  - {reason}\n");
        foreach (var node in run.Nodes.Take(MostNodes))
            text.Append($"  {Line(node.Facts.Name)}: {Line(Node(node), 1000)}\n");
        if (run.Nodes.Count > MostNodes)
            text.Append($"  and {run.Nodes.Count - MostNodes} more nodes; --json and --html have all of them\n");
    }

    private static string Node(NodeReport node)
    {
        var rest = Rest(node.Time);
        var parts = new List<string> { $"watched {JudgeRules.Percent(node.Time.Watched)}{(rest.Length > 0 ? $" ({rest})" : "")}" };
        parts.AddRange(node.Alerts.Select(a => $"alert {a.Alert.Id} {JudgeRules.Word(a.Alert.Cause)}, {JudgeRules.Word(a.Alert.Kind)}, since {Iso.Text(a.Alert.SinceMs)}"));
        if (node.Rules.Count > 0)
            parts.Add($"rules: {string.Join(", ", node.Rules)}");
        parts.Add($"peers: {node.Peers}");
        return string.Join("; ", parts);
    }

    private static string Line(string text, int most = 200) => OneLine.Of(text, most);
}
