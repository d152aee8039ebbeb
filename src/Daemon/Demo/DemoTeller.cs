using System.Globalization;
using Tocsin.Daemon.Commands;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Patterns;

namespace Tocsin.Daemon.Demo;

/// <summary>What the demo says, line by line. Only text where nobody watches.</summary>
internal sealed class DemoTeller(TextWriter to, bool colours, Func<string, string?> environment)
{
    private const int FullyTold = 5;
    private const string Indent = "                   ";

    private int _alerts;

    public static DemoTeller ForConsole(bool plain) =>
        new(Console.Out, !plain && !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")), Environment.GetEnvironmentVariable);

    public void Opening(Stage stage, double speed)
    {
        to.WriteLine("Tocsin: a cluster in one process, recorded and played back. Nothing is installed, nothing leaves this machine.");
        to.WriteLine($"  {stage.Nodes.Count()} nodes play {stage.LengthMs / 60_000.0:0} minutes of one real node's recording (samples/README.md), recorded, x {Number(speed)}; so fast runs the daemon's clock, too:");
        foreach (var track in stage.Tracks)
            to.WriteLine($"    {Names(track.Nodes),-12} {(track.Nodes.Count == 1 ? "jobs of its own" : "every job on all of them together")}, {(track.Clips.Count == 1 ? "as recorded" : "the same minutes in another order")}");
        to.WriteLine($"  The first part of the recording is learned from, without its runs of {SampleStage.NewKind}: those are to be a kind of job that nobody has seen.");
    }

    public void Trained(PatternLibrary library, TimeSpan at) =>
        Line(at, "learned", $"{library.Patterns.Patterns.Count} patterns: {string.Join(", ", library.Patterns.Patterns.Select(p => EvalTable.Safe(p.Name, 24)))}", "32");

    public void Listening(Uri address, int asked, TimeSpan at)
    {
        Line(at, "page", address.ToString(), "1;32");
        if (address.Port != asked)
            to.WriteLine($"{Indent}(port {asked} is taken)");
        if (environment("SSH_CONNECTION")?.Split(' ') is [_, _, var server, _])
            to.WriteLine($"{Indent}from your own machine: ssh -L {address.Port}:127.0.0.1:{address.Port} {environment("USER") ?? "user"}@{server}, then the same address there");
    }

    public void Here(string node, string target, bool frame, TimeSpan at) => Line(at, node, frame
        ? $"scraped once a second from {target}. Rules (read-only filesystems, ECC, throttling, links) and silence are watched from now on; patterns want jobs, so point it at Slurm"
        : $"nothing came from {target} within a minute: is it a node_exporter? What the daemon said is in tocsin.log", frame ? "32" : "31");

    public void Told(ShownAlert alert, TimeSpan at) => Line(at, "ALERT", alert.Evidence, "1;34");

    public void Playing(TimeSpan at) => Line(at, "plays", "samples go in by remote_write, jobs by /api/v1/jobs/events; faults are what was injected then, and the detector is not told", "2");

    public void Alert(ShownAlert alert, StageFault? fault, bool ruleFired, long beginMs, TimeSpan at)
    {
        var truth = fault is null ? "nothing was injected: a false alarm"
            : $"{EvalTable.Safe(fault.Kind, 32)} on {Names(fault.Nodes)}, injected {Number((alert.RaisedMs - beginMs - fault.StartMs) / 1000.0)} recorded seconds before";
        var rule = ruleFired ? "fires, too" : "says nothing";
        var colour = fault is null ? "35" : "33";
        if (++_alerts > FullyTold && fault is not null)
        {
            Line(at, "ALERT", $"{alert.Summary}  [{Paint("truth", colour)}: {truth}; CPU > 95 % {rule}]", "1;34");
            return;
        }
        Line(at, "ALERT", alert.Evidence, "1;34");
        to.WriteLine($"{Indent}{Paint("truth", colour)}: {truth}");
        if (fault is not null)
            to.WriteLine($"{Indent}{Paint("CPU > 95 %", "2")}: {rule}");
    }

    public void Missed(StageFault fault, bool ruleFired, TimeSpan at) =>
        Line(at, "MISSED", $"{EvalTable.Safe(fault.Kind, 32)} on {Names(fault.Nodes)} came and went without an alert; CPU > 95 % {(ruleFired ? "fired" : "said nothing")}", "31");

    /// <param name="nodes">That run the job and are seen alike.</param>
    public void Stranger(IReadOnlyList<string> nodes, Stranger s, TimeSpan at) => Line(at, "new", s.Matched
        ? $"{Names(nodes)} {(nodes.Count == 1 ? "runs" : "run")} job {s.JobId} ({SampleStage.NewKind}), which nobody has seen, and it was taken for pattern {s.Nearest}"
        : $"{Names(nodes)} {(nodes.Count == 1 ? "runs" : "run")} job {s.JobId} ({SampleStage.NewKind}), a kind that nobody has seen: unmatched, like no pattern{(s.Distance is { } d ? $" ({d.ToString("0.00", CultureInfo.InvariantCulture)} radii from the nearest; a new name has to come within {NamePrior.NewNameReach})" : "")}; left to rules and peers, not alarmed", "36");

    /// <param name="falses">Alerts that were false.</param>
    /// <param name="tracks">Of the stage.</param>
    public void Verdict(GivenVerdict given, int falses, int tracks, TimeSpan at)
    {
        Line(at, "verdict", $"an operator says of {given.Alert}: {given.Word}, on {Names(given.Nodes)}, for 7 days. What that would do was looked at before: it {given.Preview}", "1;36");
        to.WriteLine($"{Indent}(the same minutes were played {tracks} times, and it came {given.Tracks} times{(given.Word == "false" ? "" : $"; {(falses == 0 ? "no alarm was false" : "no false alarm came twice")}, so one that was right stands in for a load test that everybody knows of")})");
    }

    public void Again(Encore encore, TimeSpan at) => Line(at, "again",
        $"what does that verdict do? The {encore.Stage.LengthMs / 1000.0:0} recorded seconds around it are played once more on {Names(encore.Spoken)}, and on {Names(encore.Beside)}, of which nobody said anything", "1;36");

    public void Effect(GivenVerdict given, EncoreOutcome outcome, TimeSpan at) => Line(at, "effect",
        $"{Names(given.Nodes)}: {Count(outcome.KeptBack, "finding")} kept back, {Count(outcome.Told, "alert")} told; {outcome.Beside}: {Count(outcome.ToldBeside, "alert")} told", "1;36");

    /// <param name="moments">Of the recording, at which alarms were false.</param>
    public void Scoreboard(Stage stage, Reckoning reckoning, int moments, IReadOnlyList<Stranger> strangers, GivenVerdict? verdict, EncoreOutcome? again, Uri address, bool stays, TimeSpan at)
    {
        var faults = reckoning.Faults;
        to.WriteLine();
        to.WriteLine($"Scoreboard, {stage.LengthMs / 60_000.0 * stage.Nodes.Count() / 60:0.0} recorded node-hours in {at.TotalSeconds:0} s. Faults on several nodes together count once.");
        to.WriteLine($"  {"kind of fault",-18} {"injected",8} {"found",6} {"delay, median",14} {"still open",11} {"missed",7} {"CPU > 95 %",11}");
        foreach (var kind in faults.GroupBy(f => f.Fault.Kind).OrderByDescending(k => k.Count(f => f.Alert is not null) / (double)k.Count()))
            Row(kind.Key, [.. kind]);
        Row("all", faults);
        to.WriteLine("  (found: an alert began within the fault or up to 5 s after it; delay: recorded seconds until the alert was raised; still open: an alert of before had not ended)");
        to.WriteLine();
        foreach (var group in faults.Where(f => f.Alert is not null).GroupBy(f => f.TrueCause).OrderBy(g => g.Key))
            to.WriteLine($"  Whose fault: of {group.Count()} found that were {Whose(group.Key)}, {group.Count(f => f.Alert!.Cause == group.Key)} were called {group.Key}{Others(group)}.");
        to.WriteLine($"  False alarms: {reckoning.False.Count}{(reckoning.False.Count > 0 ? $", at {Count(moments, "moment")} of the recording" : "")}; of CPU > 95 %: {reckoning.RuleFalse}.");
        foreach (var alert in reckoning.False.Take(5))
            to.WriteLine($"    {EvalTable.Safe(alert.Evidence, 160)}");
        if (verdict is not null)
        {
            to.WriteLine($"  Verdict \"{verdict.Word}\" on {verdict.Alert} ({Names(verdict.Nodes)}){(again is null ? "." : $": the same {again.Seconds:0} recorded seconds, played again, told {Count(again.Told, "alert")} there and kept back {Count(again.KeptBack, "finding")}; on {again.Beside}, of which nobody said anything, they told {Count(again.ToldBeside, "alert")}.")}");
            to.WriteLine($"    What is kept back is scored and counted all the same{(stays ? $"; ./tocsin verdict --undo {verdict.Id}{(address.Port == 8484 ? "" : $" --url {address}")} takes it back" : "")}.");
        }
        to.WriteLine($"  New kind of job: {strangers.Count(s => !s.Matched)} of {strangers.Count} runs seen as one that no pattern fits.");
        to.WriteLine("  A third of this recording lies within a fault, and all nodes play the same minutes: a demonstration, not a measurement (docs/PERFORMANCE.md has those).");
    }

    public void Next(Uri address, string folder, bool stays)
    {
        to.WriteLine();
        to.WriteLine("Next, at your own site:");
        to.WriteLine("  ./tocsin demo --live                         watches this machine, where a node_exporter runs");
        to.WriteLine("  ./tocsin init                                writes a tocsin.yaml from what it finds here: Slurm, Prometheus, Alertmanager");
        to.WriteLine("  ./tocsin check --config tocsin.yaml          what will work, what will not, and what to do about it");
        to.WriteLine("  ./tocsin serve --config tocsin.yaml          the daemon; README.md goes on from here");
        to.WriteLine($"What the demo's daemon was started with: {Path.Combine(folder, "tocsin.yaml")}; its own words: {Path.Combine(folder, "tocsin.log")}");
        if (stays)
            to.WriteLine($"The page stays at {address} until Ctrl-C. The recording is over, so it calls the source silent and nodes unknown; Alert history keeps what was found.");
    }

    private void Row(string name, IReadOnlyList<FaultOutcome> faults)
    {
        var found = faults.Where(f => f.Alert is not null).ToArray();
        var delays = found.Select(f => f.DelayMs!.Value / 1000.0).Order().ToArray();
        to.WriteLine($"  {EvalTable.Safe(name, 18),-18} {faults.Count,8} {found.Length,6} {(delays.Length == 0 ? "-" : Number(delays[delays.Length / 2]) + " s"),14} {faults.Count(f => f.Alert is null && f.Under),11} {faults.Count(f => f.Alert is null && !f.Under),7} {faults.Count(f => f.RuleFired),11}");
    }

    private static string Whose(string cause) => cause switch { "node" => "an idle node's", "unknown" => "on a job of one node, where nobody can tell the two apart", "job" => "on all nodes of a job", _ => "on several idle nodes at once" };

    private static string Others(IEnumerable<FaultOutcome> group)
    {
        var others = group.Where(f => f.Alert!.Cause != f.TrueCause).GroupBy(f => f.Alert!.Cause).Select(g => $"{g.Count()} {g.Key}").ToArray();
        return others.Length == 0 ? "" : $" ({string.Join(", ", others)})";
    }

    private static string Count(long n, string what) => $"{n} {what}{(n == 1 ? "" : "s")}";

    private static string Names(IReadOnlyList<string> nodes) => nodes.Count == 1 ? nodes[0] : $"{nodes[0]} to {nodes[^1]}";

    private void Line(TimeSpan at, string word, string text, string colour) =>
        to.WriteLine($"[{at.TotalSeconds,5:0} s] {Paint($"{word,-8}", colour)} {text}");

    private string Paint(string text, string code) => colours ? $"\e[{code}m{text}\e[0m" : text;

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
