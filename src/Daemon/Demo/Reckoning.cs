namespace Tocsin.Daemon.Demo;

/// <param name="Alert">The first that began within the fault; null: none did.</param>
/// <param name="Under">An alert of before was still open on one of its nodes.</param>
/// <param name="DelayMs">From the fault's begin until the alert was raised, which is later than its onset; recorded time.</param>
/// <param name="RuleFired">The rule on the cores' load began within it, too.</param>
internal sealed record FaultOutcome(StageFault Fault, ShownAlert? Alert, long? DelayMs, bool Under, bool RuleFired)
{
    /// <summary>What can be known of who is to blame: all nodes of a job show it; of a job on one node nobody can tell the two apart; a node that is idle
    /// has only itself.</summary>
    public string TrueCause => (Fault.Nodes.Count, Fault.Job) switch { (1, null) => "node", (1, _) => "unknown", (_, null) => "shared", _ => "job" };
}

/// <summary>Alerts beside the truth of the stage. Pure; the rules are those of <c>tocsin eval</c>: an alert counts where it begins within the fault,
/// or shortly after it.</summary>
internal sealed class Reckoning
{
    /// <summary>An alert may begin so long after the fault's end, as scores look back.</summary>
    public const long GraceMs = 5_000;

    /// <summary>Of injector and sampling.</summary>
    private const long EarlyMs = 1_000;

    private Reckoning(IReadOnlyList<FaultOutcome> faults, IReadOnlyList<ShownAlert> falses, int ruleFalse) => (Faults, False, RuleFalse) = (faults, falses, ruleFalse);

    public IReadOnlyList<FaultOutcome> Faults { get; }

    /// <summary>Alerts that began in no fault of their nodes.</summary>
    public IReadOnlyList<ShownAlert> False { get; }

    /// <summary>The same of the rule on the cores' load, a track counted once.</summary>
    public int RuleFalse { get; }

    /// <param name="beginMs">Unix milliseconds of the stage's begin.</param>
    /// <param name="nowMs">Time on the stage; faults that begin later are left out.</param>
    public static Reckoning Of(Stage stage, IReadOnlyList<ShownAlert> alerts, BusyRule rule, long beginMs, long nowMs)
    {
        var fires = stage.Tracks.ToDictionary(t => t, t => rule.On(t).Where(f => f.FromMs <= nowMs).ToArray());
        var outcomes = new List<FaultOutcome>();
        foreach (var fault in stage.Faults.Where(f => f.StartMs <= nowMs))
        {
            var own = alerts.Where(a => a.Nodes.Intersect(fault.Nodes).Any()).ToArray();
            var first = own.Where(a => Within(fault, a.SinceMs - beginMs)).MinBy(a => a.SinceMs);
            var under = own.Any(a => a.SinceMs - beginMs < fault.StartMs && (a.ClearedMs ?? long.MaxValue) - beginMs > fault.StartMs);
            outcomes.Add(new FaultOutcome(fault, first, first?.RaisedMs - beginMs - fault.StartMs, under, Fired(fires[TrackOf(stage, fault)], fault)));
        }
        var falses = alerts.Where(a => FaultOf(stage, a, beginMs) is null).ToArray();
        var ruleFalse = fires.Sum(p => p.Value.Count(f => !stage.Faults.Any(fault => fault.Nodes[0] == p.Key.Nodes[0] && Overlaps(fault, f.FromMs, f.UntilMs))));
        return new Reckoning(outcomes, falses, ruleFalse);
    }

    /// <summary>The fault that an alert began in, the latest that fits; else one that it lasted into; null = false.</summary>
    public static StageFault? FaultOf(Stage stage, ShownAlert alert, long beginMs)
    {
        var (since, until) = (alert.SinceMs - beginMs, (alert.ClearedMs ?? alert.RaisedMs) - beginMs);
        var on = stage.Faults.Where(f => f.Nodes.Intersect(alert.Nodes).Any()).ToArray();
        return on.LastOrDefault(f => Within(f, since)) ?? on.FirstOrDefault(f => Overlaps(f, since, Math.Min(until, alert.RaisedMs - beginMs)));
    }

    /// <summary>Whether the rule on the cores' load began within the fault, on the first of its nodes.</summary>
    public static bool Fired(Stage stage, BusyRule rule, StageFault fault) => Fired(rule.On(TrackOf(stage, fault)), fault);

    private static bool Fired(IEnumerable<(long FromMs, long UntilMs)> fires, StageFault fault) => fires.Any(f => Within(fault, f.FromMs));

    private static Track TrackOf(Stage stage, StageFault fault) => stage.Tracks.First(t => t.Nodes[0] == fault.Nodes[0]);

    private static bool Within(StageFault fault, long atMs) => fault.StartMs - EarlyMs <= atMs && atMs <= fault.EndMs + GraceMs;

    private static bool Overlaps(StageFault fault, long fromMs, long untilMs) => fault.StartMs - EarlyMs <= untilMs && fromMs <= fault.EndMs + GraceMs;
}
