namespace Tocsin.Daemon.Checking;

/// <summary>What all of the above comes down to: what will work from the first start on, and what will not.</summary>
internal static class FeatureLines
{
    public static IEnumerable<CheckLine> Of(CheckFacts facts)
    {
        var options = facts.Options;
        var slurm = facts.KnowsSlurm ? facts.Slurm : null;
        var seesJobs = slurm is { Accounting.Failure: null } && (slurm.SeesAll || !(slurm.AccountingPrivate ?? slurm.Private).Contains("jobs"));
        var jobs = options.Slurm.Accounting is not null && seesJobs || options.Slurm.JobsFile is not null;
        List<(string What, bool On, string Why)> features =
        [
            ("rules and silence", true, ""),
            ("segments by job", jobs, "needs slurm.accounting, hooks or slurm.jobs_file"),
            ("peers of a job", jobs, "needs jobs"),
            ("node states", options.Slurm.Nodes is not null && slurm is not null, "needs slurm.nodes.enabled"),
            ("scores from the first minute", options.Library is not null, "no library: tocsin backfill and tocsin train, or wait until enough is learned"),
            ("learning while running", options.Learning is not null, "learning.enabled is false"),
            ("GPU metrics", facts.Prometheus?.Exporters.GetValueOrDefault(Ingest.Sites.PrometheusProbe.GpuExporter) is { Count: > 0 }, "no dcgm-exporter seen"),
            ("alerts to others", facts.Sinks.Any(s => s.Failure is null), "no sink that answers"),
        ];
        yield return CheckLine.Ok("features", $"on: {string.Join(", ", features.Where(f => f.On).Select(f => f.What))}");
        if (features.Any(f => !f.On))
            yield return CheckLine.Ok("features", $"off: {string.Join("; ", features.Where(f => !f.On).Select(f => $"{f.What} ({f.Why})"))}");
    }
}
