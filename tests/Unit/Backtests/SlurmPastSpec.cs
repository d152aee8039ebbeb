using Tocsin.Daemon.Backtests;
using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Backtests;

public sealed class SlurmPastSpec
{
    private const long Zero = 1_700_000_000_000, Minute = 60_000;

    [Fact]
    public void A_job_that_a_node_failed_under_is_an_incident_unless_an_event_of_one_of_its_nodes_is_that()
    {
        var known = new Incident(["n2"], Zero, null, "DOWN: Not responding", Injected: false);
        var left = SlurmPast.Unexplained([Failed("1", "n[1-3]", Zero + Minute), Failed("2", "n1", Zero + Minute), Failed("3", "n2", Zero + (60 * Minute)), Over("4", Zero)], [known]).ToList();
        Assert.Equal(["NODE_FAIL: job 2 (name)", "NODE_FAIL: job 3 (name)"], left.Select(i => i.What));
        Assert.Equal((Zero + Minute, "n1"), (left[0].StartMs, Assert.Single(left[0].Nodes)));
    }

    [Fact]
    public async Task Where_there_is_no_Slurm_it_says_what_is_missing_and_what_to_give_instead()
    {
        var programs = new SlurmPrograms("/nonexistent");
        var past = await SlurmPast.AskAsync(programs, new AccountingWindow(Zero, Zero + Minute), jobs: true, events: true, TimeProvider.System, default);
        Assert.Null(past.Jobs);
        Assert.Null(past.Incidents);
        Assert.Equal(2, past.Missing.Count);
        Assert.Contains("--jobs FILE", past.Missing[0]);
        Assert.Contains("--node-events FILE", past.Missing[1]);
        Assert.Empty((await SlurmPast.AskAsync(programs, new AccountingWindow(Zero, Zero + Minute), jobs: false, events: false, TimeProvider.System, default)).Missing);
    }

    private static JobRow Failed(string id, string nodes, long endMs) => new(id, 1, "name", "user", Zero - Minute, Zero - Minute, endMs, JobState.NodeFailed, nodes, 1);

    private static JobRow Over(string id, long endMs) => Failed(id, "n9", endMs) with { State = JobState.Completed };
}
