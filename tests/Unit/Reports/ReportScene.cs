using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Reports;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Alerts;

namespace Tocsin.Unit.Reports;

/// <summary>A run of four hours on cn1, cn2 ..., watched from its first to its last minute unless a test says otherwise.</summary>
internal sealed record ReportScene(int Nodes = 4)
{
    public const long Start = Scene.StartMs, Minute = 60_000, Length = 240 * Minute;

    public JobState State { get; init; } = JobState.Failed;

    public bool Runs { get; init; }

    public string JobName { get; init; } = "lattice";

    public IReadOnlyList<AlertFact> Alerts { get; init; } = [];

    public Func<string, IReadOnlyList<SegmentRow>>? Segments { get; init; }

    public static long At(double minute) => Start + (long)(minute * Minute);

    public static SegmentRow Segment(string node, double from, double? until, int? pattern = 3, int jobs = 1, long library = 1) => new(
        new NodeKey("c1", node), At(from), until is { } end ? At(end) : null, [.. Enumerable.Range(7, jobs).Select(j => new JobKey($"{j}", Start))], pattern, library);

    /// <param name="minute">Of its onset, in the run.</param>
    /// <param name="until">Null: it is open.</param>
    public static AlertFact Alert(
        AlertCause cause, double minute, string[] nodes, int outOf = 4, FaultKind kind = FaultKind.Memory, string name = "TocsinNodeFault", double? until = null, VerdictWord? said = null,
        params AlertSign[] signs)
    {
        var alert = Told.Alert(1) with
        {
            Labels = new AlertLabels(name, "c1", nodes[0], null, null, null, kind),
            Cause = cause,
            Kind = kind,
            SinceMs = At(minute),
            RaisedMs = At(minute + 1),
            ClearedMs = until is { } end ? At(end) : null,
            Job = new JobKey("7", Start),
            Nodes = nodes,
            NodeCount = nodes.Length,
            OutOf = outOf,
            Summary = $"{nodes[0]}: trouble ({kind.ToString().ToLowerInvariant()})",
            Evidence = $"{nodes[0]}: trouble.",
            Signs = signs,
        };
        return new AlertFact(alert, said is { } word ? VerdictRulesSpec.Of(word, VerdictScope.Node) : null);
    }

    public RunFacts Facts => new(
        new JobEvent
        {
            Source = JobEventSource.Accounting,
            JobId = "7",
            JobName = JobName,
            User = "mira",
            StartMs = Start,
            EndMs = Runs ? null : Start + Length,
            State = Runs ? JobState.Running : State,
            AsOfMs = Start + Length,
            NodeList = Nodes == 1 ? "cn1" : $"cn[1-{Nodes}]",
            NodeCount = Nodes,
        },
        [.. Enumerable.Range(1, Nodes).Select(n => new NodeFacts($"cn{n}", Segments?.Invoke($"cn{n}") ?? [Segment($"cn{n}", 0, 240)], []))],
        Alerts,
        Start + Length);

    public RunReport Report => RunReport.Of(Facts, 15_000);

    public Judgement Judged => Report.Judgement;
}
