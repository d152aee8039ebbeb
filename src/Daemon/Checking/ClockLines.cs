using Tocsin.Ingest.Sites;

namespace Tocsin.Daemon.Checking;

/// <summary>Clocks that differ cut segments at the wrong place; far apart, samples are refused.</summary>
internal static class ClockLines
{
    private const string About = "clock", Chrony = "let chrony or ntpd keep both (chronyc tracking): boundaries of jobs are cut by time";

    /// <summary>Seconds: less does not move a frame of 15 s.</summary>
    private const double Notable = 2;

    public static IEnumerable<CheckLine> Of(CheckFacts facts)
    {
        var refuse = facts.Options.RemoteWrite?.Ahead.TotalSeconds ?? 600;
        if (facts.KnowsPrometheus)
            yield return Line("Prometheus'", facts.Prometheus!.ClockOffset, facts.Prometheus.ClockDoubt, refuse);
        if (facts.KnowsSlurm && facts.Slurm!.ClockOffset is { } offset)
            yield return Line("slurmctld's", offset, 0, double.PositiveInfinity);
        if (facts.Prometheus?.NodeClocks is { } clocks && facts.KnowsPrometheus)
        {
            if (clocks.Count > 0)
                yield return CheckLine.Warning(About, $"the clocks of {NodeLines.Nodes(clocks.Count)} differ from Prometheus' by more than {PrometheusProbe.NodeClockLimit:0} s, at most {clocks.Values.Max():0.#} s: {NodeLines.List(clocks.Keys)}", "let chrony keep them: hooks and prologs run by the node's clock");
            else if (facts.Prometheus.Nodes.Count > 0)
                yield return CheckLine.Ok(About, $"the nodes' clocks are within {PrometheusProbe.NodeClockLimit:0} s of Prometheus'");
        }
    }

    private static CheckLine Line(string whose, double offset, double doubt, double refuse)
    {
        var sure = Math.Abs(offset) - doubt;
        if (sure <= Notable)
            return CheckLine.Ok(About, $"{whose} clock is ours{(Math.Abs(offset) < 1 ? " to within a second" : $" to within {Math.Abs(offset) + doubt:0.#} s")}");
        var text = $"{whose} clock is {Math.Abs(offset):0.#} s {(offset > 0 ? "ahead of" : "behind")} this machine's";
        return offset > refuse
            ? CheckLine.Error(About, $"{text}: its samples would be refused (remote_write.ahead is {refuse:0} s)", Chrony)
            : CheckLine.Warning(About, text, Chrony);
    }
}
