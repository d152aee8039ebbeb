using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>What Slurm alone makes of a node that fails: the job is requeued once the node is called down, and goes on from its own last checkpoint. Run by tests/acting.</summary>
[Collection(SlurmTests.Name)]
public sealed class WithoutTocsinMeasure(ITestOutputHelper output)
{
    [Theory]
    [InlineData(JobKind.Counter)]
    [InlineData(JobKind.Lammps)]
    internal async Task A_node_fails_and_Slurm_alone_requeues(JobKind kind)
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("ACTING_RUNS"), out var runs))
        {
            output.WriteLine("a measurement, of minutes: tests/acting runs it");
            return;
        }
        if (SlurmCluster.IsLeftOut(output) || (kind == JobKind.Lammps && !SystemPart.IsThere(JobFolder.Lammps, "lammps", output)))
            return;
        await using var slurm = await SlurmCluster.StartAsync(8);
        var results = new List<ActingResult>();
        for (var run = 0; run < runs; run++)
        {
            var (phase, node) = (ActingTimes.Phase(run, runs), ActingTimes.Node(run));
            var job = await JobFolder.MakeAsync(slurm, kind, $"job{run}");
            var id = await job.SubmitAsync(null, ActingTimes.Period, "");
            var fault = await FaultRun.BeginAsync(job, phase);
            using var broken = new NodeFault(slurm, node);
            broken.Squeeze();
            broken.Eat();
            await Waiting.ForAsync(() => fault.Clock.Elapsed.TotalSeconds >= ActingTimes.Lead, "the node to hang");
            broken.Hang();
            var hung = fault.Clock.Elapsed.TotalSeconds;
            var before = await FaultRun.RequeuedAsync(slurm, job, id);
            var cost = await fault.EndAsync(before);
            results.Add(new ActingResult(kind.ToString(), false, run, node, phase, cost.Redone, cost.Lost, cost.BackAfter, new Dictionary<string, double> { ["hung"] = hung }));
            output.WriteLine(results[^1].ToString());
            await slurm.RunAsync("scancel", id);
            broken.Over();
            await slurm.WaitIdleAsync([.. slurm.Nodes]);
            if (Environment.GetEnvironmentVariable("ACTING_JSON") is { } file)
                ActingResult.Write($"{file}.without.{kind}.json", results);
        }
        output.WriteLine(ActingResult.Summary(results));
    }
}
