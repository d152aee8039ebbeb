namespace Tocsin.Integration.Acting;

/// <summary>Where in an action's life the daemon is killed: the call of a program that is held up meanwhile.</summary>
/// <param name="Name">Proposed, approved and started are committed then; before and after are the command's, the others an undrain's own.</param>
/// <param name="When">before or after; null = nothing runs while an operator is waited for.</param>
internal sealed record KillStep(string Name, string? When, string Program = "", string Pattern = "", int Skip = 0)
{
    /// <summary>Steps that all kinds have.</summary>
    public static readonly string[] All = ["proposed", "approved", "started", "before", "after"];

    /// <summary>What an undrain does beside: reserved, resumed, checked by a job.</summary>
    public static readonly string[] OfUndrain = ["reserved", "resumed", "checked"];

    /// <param name="kind">signal, drain, requeue or undrain.</param>
    public static KillStep Of(string kind, string step, string? job, string node)
    {
        var look = kind is "signal" or "requeue" ? ("squeue", $"--jobs={job}") : ("sinfo", $"--nodes={node}");
        var (first, last) = kind switch
        {
            "signal" => (("scancel", "--signal"), ("scancel", "--signal")),
            "drain" => (("scontrol", "State=DRAIN"), ("scontrol", "State=DRAIN")),
            "requeue" => (("scontrol", "requeue"), ("scontrol", "requeue")),
            _ => (("scontrol", "create reservation"), ("scontrol", "delete")),
        };
        return step switch
        {
            "proposed" => new KillStep(step, null),
            // The look before Started is committed, and the one right before the command.
            "approved" => new KillStep(step, "before", look.Item1, look.Item2),
            "started" => new KillStep(step, "before", look.Item1, look.Item2, Skip: 1),
            "before" => new KillStep(step, "before", first.Item1, first.Item2),
            "after" => new KillStep(step, "after", last.Item1, last.Item2),
            "reserved" => new KillStep(step, "after", "scontrol", "create reservation"),
            "resumed" => new KillStep(step, "after", "scontrol", "State=RESUME"),
            "checked" => new KillStep(step, "after", "srun", ""),
            _ => throw new ArgumentException(step),
        };
    }
}

/// <summary>One kill and what came of it.</summary>
/// <param name="Was">The action's state as it was committed when the daemon was killed.</param>
/// <param name="Is">Its end.</param>
/// <param name="Effects">Of this action in Slurm.</param>
/// <param name="Seconds">From the kill until its end was committed.</param>
internal sealed record KillOutcome(string Kind, string Step, long Action, string Was, string Is, string Says, int Effects, double Seconds);
