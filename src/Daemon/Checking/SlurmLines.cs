using Tocsin.Daemon.Config;
using Tocsin.Ingest.Sites;

namespace Tocsin.Daemon.Checking;

/// <summary>Whether Slurm answers, and whether this user is told all that Tocsin needs.</summary>
internal static class SlurmLines
{
    private const string About = "slurm", Rights = "rights";

    public static IEnumerable<CheckLine> Of(CheckFacts facts)
    {
        var options = facts.Options.Slurm;
        var asked = options.Accounting is not null || options.Nodes is not null;
        if (facts.Slurm is not { } slurm)
        {
            yield return CheckLine.Warning(About, "sacct and scontrol are not here and not asked: jobs come from hooks alone, or from slurm.jobs_file",
                options.JobsFile is null ? "install Slurm's client programs, or the hooks of deploy/slurm on the controller; without jobs every node is one long idle segment" : "nothing, if slurm.jobs_file is kept up to date");
            yield break;
        }
        if (slurm.Failure is { } why)
        {
            yield return new CheckLine(asked ? CheckLevel.Error : CheckLevel.Warning, About, OneLine.Of(why, 200),
                "check slurm.folder and slurm.configuration, munge (munge -n | unmunge), and that slurmctld answers: scontrol ping");
            yield break;
        }
        yield return slurm.Cluster == facts.Options.Cluster
            ? CheckLine.Ok(About, $"Slurm {OneLine.Of(slurm.Version, 20)}, cluster {OneLine.Of(slurm.Cluster, 60)}, {NodeLines.Nodes(slurm.Nodes.Count)}")
            : CheckLine.Ok(About, $"Slurm {OneLine.Of(slurm.Version, 20)}, {NodeLines.Nodes(slurm.Nodes.Count)}; it calls the cluster {OneLine.Of(slurm.Cluster, 60)}, the options call it {facts.Options.Cluster}");
        foreach (var line in Nodes(facts, slurm).Concat(Jobs(facts, slurm)).Concat(Acts(facts, slurm)))
            yield return line;
    }

    private static IEnumerable<CheckLine> Nodes(CheckFacts facts, SlurmFacts slurm)
    {
        if (slurm.Private.Contains("nodes") && !slurm.SeesAll)
            yield return CheckLine.Error(Rights, $"PrivateData=nodes: {OneLine.Of(slurm.User, 40)} does not see all nodes", Operator(slurm));
        else if (facts.Options.Slurm.Nodes is null)
            yield return CheckLine.Warning(About, "slurm.nodes.enabled is off: a drained or powered down node looks like a silent one", "set slurm.nodes.enabled: true (two scontrol a minute)");
    }

    private static IEnumerable<CheckLine> Jobs(CheckFacts facts, SlurmFacts slurm)
    {
        var asked = facts.Options.Slurm.Accounting is not null;
        if (!slurm.HasAccounting)
        {
            yield return new CheckLine(asked ? CheckLevel.Error : CheckLevel.Warning, Rights, "Slurm keeps no accounting (AccountingStorageType is none): sacct tells of no job", "install the hooks of deploy/slurm on the controller and set slurm.accounting.enabled: false, or set up slurmdbd");
            yield break;
        }
        if (slurm.Accounting is not { } seen)
            yield break;
        if (seen.Failure is { } why)
        {
            yield return new CheckLine(asked ? CheckLevel.Error : CheckLevel.Warning, Rights, OneLine.Of(why, 200), "run sacct --allusers as this user; check slurmdbd");
            yield break;
        }
        var hidden = (slurm.AccountingPrivate ?? slurm.Private).Contains("jobs") || slurm.Private.Contains("jobs");
        var others = seen.Users.Count(u => u != slurm.User);
        var level = slurm.IsSlurms ? "sees all" : $"admin level {slurm.AdminLevel ?? "unknown"}";
        if (hidden && !slurm.SeesAll)
            yield return new CheckLine(asked ? CheckLevel.Error : CheckLevel.Warning, Rights, $"PrivateData=jobs: sacct shows {OneLine.Of(slurm.User, 40)} ({level}) its own jobs alone: every other job would be missed", Operator(slurm));
        else if (others > 0)
            yield return CheckLine.Ok(Rights, $"{OneLine.Of(slurm.User, 40)} ({level}) sees others' jobs: {NodeLines.Count(seen.Rows)} runs of {NodeLines.Count(seen.Users.Count)} users in the last day, in {seen.Seconds:0.0} s");
        else
            yield return CheckLine.Ok(Rights, $"{OneLine.Of(slurm.User, 40)} ({level}): {(hidden ? "others' jobs are shown to it though PrivateData hides them" : "PrivateData does not hide jobs")}; {NodeLines.Count(seen.Rows)} runs in the last day, none of another user");
        if (!asked)
            yield return CheckLine.Warning(About, "slurm.accounting.enabled is off: jobs come from hooks alone", "set slurm.accounting.enabled: true (one sacct each 30 s)");
        else if (seen.Seconds > 5)
            yield return CheckLine.Warning(About, $"sacct took {seen.Seconds:0.0} s for a day of jobs", "let slurm.accounting.every be 2m or more, and shorten slurm.accounting.span");
    }

    private static IEnumerable<CheckLine> Acts(CheckFacts facts, SlurmFacts slurm)
    {
        if (!facts.Options.Decides)
            yield break;
        var enabled = facts.Options.Actions.Supervisor.Enabled;
        if (enabled.Count == 0)
            yield return CheckLine.Ok("actions", "a dry run: actions.enabled names no partition, so nothing is done; tocsin actions report says what would have been");
        else if (enabled.Contains("all"))
            yield return CheckLine.Warning("actions", "actions.enabled: all is the partition of that name, and no other", "write '*' where every partition is meant");
        else if (slurm.IsSlurms || slurm.SeesAll)
            yield return CheckLine.Ok("actions", $"switched on for {OneLine.Of(string.Join(", ", enabled.Order(StringComparer.Ordinal)), 200)}; {OneLine.Of(slurm.User, 40)} may drain, requeue and signal");
        else
            yield return CheckLine.Error("actions", $"switched on, but {OneLine.Of(slurm.User, 40)} may not drain nodes nor signal others' jobs", $"sacctmgr modify user {OneLine.Of(slurm.User, 40)} set adminlevel=Operator, or run Tocsin as SlurmUser");
    }

    private static string Operator(SlurmFacts slurm) =>
        $"sacctmgr modify user {OneLine.Of(slurm.User, 40)} set adminlevel=Operator, or take it out of PrivateData; or install the hooks of deploy/slurm, which see every job";
}
