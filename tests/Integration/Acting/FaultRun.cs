using System.Diagnostics;
using Tocsin.Integration.Slurm;

namespace Tocsin.Integration.Acting;

/// <summary>What one fault cost a job, by its own ranks' count of steps: seconds times nodes.</summary>
/// <param name="Redone">Work that was done and had to be done again.</param>
/// <param name="Lost">All of it, from the fault until the job works again as before: done again, slow, waiting, in checkpoints.</param>
/// <param name="BackAfter">Seconds from the fault until the second run's ranks all worked.</param>
internal sealed record FaultCost(double Redone, double Lost, double BackAfter);

/// <summary>A fault against a job's ranks: progress before it, at its run's end, and once the next run works.</summary>
internal sealed class FaultRun
{
    /// <summary>Steps from which on a run works as before.</summary>
    private const int Settled = 20;

    private readonly JobFolder _job;
    private readonly double[] _atFault;
    private readonly double[] _unit;

    private FaultRun(JobFolder job, double[] atFault, double[] unit) => (_job, _atFault, _unit, Clock) = (job, atFault, unit, Stopwatch.StartNew());

    /// <summary>Since the fault.</summary>
    public Stopwatch Clock { get; }

    /// <summary>Measures the job's pace, and stands at the moment of the fault when it returns.</summary>
    /// <param name="phase">Seconds after a whole checkpoint of the job's own: when the fault comes.</param>
    public static async Task<FaultRun> BeginAsync(JobFolder job, double phase)
    {
        await job.WorkingAsync(Settled);
        var seen = job.Checkpoints().Count;
        await Waiting.ForAsync(() => job.Checkpoints().Count > seen, $"a checkpoint of the job's own\n{job.Told()}");
        var (from, clock) = (job.Progress(), Stopwatch.StartNew());
        await Waiting.ForAsync(() => clock.Elapsed.TotalSeconds >= phase, "the moment of the fault", TimeSpan.FromSeconds(phase + 60));
        var now = job.Progress();
        return new FaultRun(job, now, [.. now.Zip(from, (a, b) => clock.Elapsed.TotalSeconds / Math.Max(1, a - b))]);
    }

    /// <summary>After the next run has begun and works.</summary>
    /// <param name="before">Progress of the run that ended, when it had.</param>
    public async Task<FaultCost> EndAsync(double[] before)
    {
        await _job.WorkingAsync(Settled);
        var back = Clock.Elapsed.TotalSeconds;
        var (now, resumed) = (_job.Progress(), _job.Resumed()!);
        double redone = 0, lost = 0;
        for (var rank = 0; rank < JobFolder.Ranks; rank++)
        {
            redone += Math.Max(0, before[rank] - resumed[rank]) * _unit[rank];
            lost += back - ((now[rank] - _atFault[rank]) * _unit[rank]);
        }
        return new FaultCost(redone, lost, back);
    }

    /// <summary>Waits until the job's first run is over and it is to start again, and takes its progress as that run left it.</summary>
    public static async Task<double[]> RequeuedAsync(SlurmCluster slurm, JobFolder job, string id)
    {
        var runs = job.Runs().Count;
        await Waiting.ForAsync(async () => !(await slurm.RunAsync("scontrol", "--oneliner", "show", "job", id)).Contains("JobState=RUNNING", StringComparison.Ordinal), $"the run of job {id} to end", TimeSpan.FromMinutes(3));
        var before = job.Progress();
        await slurm.StartNowAsync(id);
        await Waiting.ForAsync(() => job.Runs().Count > runs, $"the next run of job {id}\n{job.Told()}");
        return before;
    }
}
