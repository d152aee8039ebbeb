using Tocsin.Actors.Supervision;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Policies;
using Tocsin.Checkpointing.Slurm;
using Tocsin.Shared;

namespace Tocsin.Daemon.Config;

/// <summary>The <c>actions</c> section: what is decided for jobs and nodes, and what may be done about it. Why the numbers are what they are stands with the options.</summary>
/// <param name="Decide">Null: where Slurm's nodes are asked for.</param>
internal sealed record ActionSettings(bool? Decide, SupervisorOptions Supervisor, NodeCheck Check, ConsentRule Consents)
{
    private const int MostPartitions = 1000;

    /// <param name="cadence">Of frames.</param>
    public static ActionSettings Read(ConfigReader r, string cluster, TimeSpan cadence)
    {
        var usual = new SupervisorOptions(cluster, "");
        var (second, minute, hour, day) = (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1));
        var user = r.Text("user", Environment.UserName, "a user's name")!;
        var (adaptive, priors, limits) = (usual.Adaptive, usual.Priors, usual.Limits);
        var settings = new ActionSettings(
            r.Value<bool?>("decide", null, "true or false", t => t.ToLowerInvariant() switch
            {
                "true" or "yes" or "on" => (true, true),
                "false" or "no" or "off" => (true, false),
                _ => (false, null),
            }),
            usual with
            {
                OurUser = user,
                Enabled = r.Texts("enabled", [], "names of partitions, or '*' for all").ToHashSet(StringComparer.Ordinal),
                AsksOperator = r.Flag("ask_operator", usual.AsksOperator),
                Policy = r.Choice("policy", usual.Policy, ("adaptive", PolicyChoice.Adaptive), ("prediction_aware", PolicyChoice.PredictionAware), ("young_daly", PolicyChoice.YoungDaly), ("hourly", PolicyChoice.Periodic), ("paper", PolicyChoice.Paper)),
                Fence = r.Choice("fence", usual.Fence, ("drain", FenceChoice.Drain), ("reservation", FenceChoice.Reservation)),
                Every = r.Duration("every", usual.Every, second, TimeSpan.FromMinutes(10)),
                Horizon = r.Duration("horizon", usual.Horizon, minute, TimeSpan.FromDays(2)),
                WarnAt = r.Number("warn_at", usual.WarnAt, 0.01, 1),
                DrainAt = r.Number("drain_at", usual.DrainAt, 0.01, 1),
                SpareChance = r.Number("spares", usual.SpareChance, 0.5, 0.9999, "chance that a failed node finds a spare"),
                ReturnAfter = r.Duration("return_after", usual.ReturnAfter, second, TimeSpan.FromDays(30)),
                Adaptive = adaptive with
                {
                    Budget = r.Number("budget", adaptive.Budget, 0.001, 1, "of a job's time"),
                    CoolDownS = r.Duration("cool_down", TimeSpan.FromSeconds(adaptive.CoolDownS), TimeSpan.Zero, day).TotalSeconds,
                    MoveCoolDownS = r.Duration("move_cool_down", TimeSpan.FromSeconds(adaptive.MoveCoolDownS), TimeSpan.Zero, TimeSpan.FromDays(30)).TotalSeconds,
                    Moves = r.Flag("moves", adaptive.Moves),
                },
                Priors = Believed(r.Section("believed"), priors),
                Brakes = Held(r.Section("brakes"), usual.Brakes with { CadenceMs = Ms(cadence) }),
                Limits = limits with
                {
                    CommandMs = Ms(r.Duration("command", TimeSpan.FromMilliseconds(limits.CommandMs), second, TimeSpan.FromMinutes(5))),
                    CheckMs = Ms(r.Duration("check_limit", TimeSpan.FromMilliseconds(limits.CheckMs), second, hour)),
                    FenceMs = Ms(r.Duration("fence_for", TimeSpan.FromMilliseconds(limits.FenceMs), minute, TimeSpan.FromDays(7))),
                    ApproveMs = Ms(r.Duration("expire", TimeSpan.FromMilliseconds(limits.ApproveMs), TimeSpan.FromSeconds(10), day)),
                },
            },
            new NodeCheck(r.Text("check", new NodeCheck().Program, "the path of a program on the nodes", t => t.StartsWith('/'))!, user),
            Consented(r));
        var (supervisor, of) = (settings.Supervisor, settings.Supervisor.Limits);
        var least = supervisor.ReturnAfter.TotalMilliseconds + of.StartMs + of.TakesMs(ActionKind.Unfence);
        if (supervisor.Fence == FenceChoice.Reservation && of.FenceMs < least)
            r.Problem("fence_for", $"{of.FenceMs / 60_000} min: expected at least {Math.Ceiling(least / 60_000)} min, return_after and the check that follows it");
        return settings;
    }

    /// <summary>Which partitions' jobs are opted in by the site. A list and no mapping: names of partitions differ by case, keys do not.</summary>
    private static ConsentRule Consented(ConfigReader r)
    {
        const string words = "signal=USR1 or signal=USR2, requeue or requeue=always, with a comma between them";
        var partitions = new Dictionary<string, Consent>(StringComparer.Ordinal);
        foreach (var (name, says) in r.List("consent", MostPartitions, p => (
            p.Required("partition", "batch", "the name of one partition", t => t.Length < 128 && t != SupervisorOptions.AllPartitions && !t.Any(char.IsWhiteSpace) && !t.Contains(',')),
            p.Required("allows", "signal=USR1,requeue", words, t => Consent.Words(t) is not null))))
        {
            if (!partitions.TryAdd(name, Consent.Words(says) ?? Consent.None))
                r.Problem("consent", $"{OneLine.Of(name)} stands twice: expected once");
        }
        return new ConsentRule(partitions);
    }

    private static Priors Believed(ConfigReader r, Priors usual) => usual with
    {
        NodeMtbfS = r.Duration("node_mtbf", TimeSpan.FromSeconds(usual.NodeMtbfS), TimeSpan.FromHours(1), TimeSpan.FromDays(36_500)).TotalSeconds,
        CheckpointS = r.Duration("checkpoint", TimeSpan.FromSeconds(usual.CheckpointS), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)).TotalSeconds,
        CheckpointWorstS = r.Duration("checkpoint_worst", TimeSpan.FromSeconds(usual.CheckpointWorstS), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)).TotalSeconds,
        RestartS = r.Duration("restart", TimeSpan.FromSeconds(usual.RestartS), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)).TotalSeconds,
        DownS = r.Duration("down", TimeSpan.FromSeconds(usual.DownS), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)).TotalSeconds,
        OutS = r.Duration("out", TimeSpan.FromSeconds(usual.OutS), TimeSpan.FromMinutes(1), TimeSpan.FromDays(365)).TotalSeconds,
        HalfLifeS = r.Duration("half_life", TimeSpan.FromSeconds(usual.HalfLifeS), TimeSpan.FromDays(1), TimeSpan.FromDays(36_500)).TotalSeconds,
    };

    private static BrakeOptions Held(ConfigReader r, BrakeOptions usual) => usual with
    {
        OutInAnHour = r.Whole("out_in_an_hour", usual.OutInAnHour, 0, 100_000, "nodes"),
        OutAtOnce = r.Whole("out_at_once", usual.OutAtOnce, 0, 100_000, "nodes"),
        PartitionShare = r.Number("partition_share", usual.PartitionShare, 0, 1, "of a partition's nodes"),
        MassShare = r.Number("mass_share", usual.MassShare, 0, 1, "of the watched nodes"),
        MassMs = Ms(r.Duration("mass_within", TimeSpan.FromMilliseconds(usual.MassMs), TimeSpan.FromSeconds(10), TimeSpan.FromDays(1))),
        StaleMs = Ms(r.Duration("stale", TimeSpan.FromMilliseconds(usual.StaleMs), TimeSpan.FromSeconds(2), TimeSpan.FromHours(1))),
        FreshShare = r.Number("fresh_share", usual.FreshShare, 0, 1, "of the watched nodes"),
        LagMs = Ms(r.Duration("lag", TimeSpan.FromMilliseconds(usual.LagMs), TimeSpan.FromSeconds(2), TimeSpan.FromHours(1))),
        QuietMs = Ms(r.Duration("quiet", TimeSpan.FromMilliseconds(usual.QuietMs), TimeSpan.Zero, TimeSpan.FromDays(1))),
        SignalsPerJobInAnHour = r.Whole("signals_an_hour", usual.SignalsPerJobInAnHour, 0, 1000, "signals to one job"),
        AcksPerJobInAnHour = r.Whole("acks_an_hour", usual.AcksPerJobInAnHour, 0, 1000, "checkpoints of one job that nobody asked for"),
        RequeuesPerJobInADay = r.Whole("requeues_a_day", usual.RequeuesPerJobInADay, 0, 1000, "requeues of one job"),
    };

    private static long Ms(TimeSpan span) => (long)span.TotalMilliseconds;
}
