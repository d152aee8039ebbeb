namespace Tocsin.Shared.Flow;

/// <summary>One run of a job, as an action names it. An id comes again after a crash of the scheduler, and a requeued job keeps id and submit time:
/// only the three together name a run.</summary>
/// <param name="SubmitMs">Unix milliseconds.</param>
/// <param name="Restarts">Slurm's restart count: 0 of the first run.</param>
public readonly record struct JobIdentity(string JobId, long SubmitMs, int Restarts)
{
    public override string ToString() => $"{JobId}@{SubmitMs / 1000}#{Restarts}";
}

/// <summary>Why nothing is done. Stored: the numbers never change.</summary>
public enum HoldReason
{
    /// <summary>A checkpoint would cost more than it is expected to save.</summary>
    NothingToGain = 0,

    /// <summary>The next one is due at <see cref="Hold.LookAgainMs"/>.</summary>
    NotYet = 1,

    /// <summary>The last action is too short a time ago.</summary>
    CoolDown = 2,

    /// <summary>The job has spent its share of time on checkpoints.</summary>
    Budget = 3,

    /// <summary>A failure is expected before a checkpoint could end.</summary>
    TooLate = 4,

    /// <summary>An action is under way.</summary>
    Busy = 5,

    /// <summary>The job did not opt in.</summary>
    NotAllowed = 6,

    /// <summary>It is not the node's fault: a move would take the trouble along.</summary>
    NotTheNode = 7,
}

/// <summary>Stored: the numbers never change.</summary>
public enum ActReason
{
    /// <summary>Enough work is unsaved for the usual risk.</summary>
    Period = 0,

    /// <summary>A node of the job is expected to fail.</summary>
    Prediction = 1,

    /// <summary>An operator or the job itself asked.</summary>
    Asked = 2,
}

/// <summary>What a decision rests on, in the units of the formulas. NaN = was not looked at.</summary>
/// <param name="UnsavedS">Seconds of work that a failure now would cost.</param>
/// <param name="PeriodS">Seconds of work between two checkpoints that the usual risk asks for.</param>
/// <param name="CostS">Expected seconds that a checkpoint takes.</param>
/// <param name="FailuresPerDay">Of all the job's nodes together, without what is predicted.</param>
/// <param name="Probability">That the named node fails within the prediction's window, 0..1.</param>
/// <param name="Suspect">The node that is expected to fail; null where none is.</param>
public readonly record struct DecisionEvidence(double UnsavedS, double PeriodS, double CostS, double FailuresPerDay, double Probability, NodeKey? Suspect);

/// <summary>Stage 8, out: what the policy wants for one job now. A closed set.</summary>
/// <param name="GainNodeSeconds">Expected, against doing nothing until the policy looks again; 0 of <see cref="Hold"/>.</param>
public abstract record JobDecision(JobIdentity Job, long AtMs, double GainNodeSeconds, DecisionEvidence Evidence)
{
    /// <summary>The reason in one sentence, for people.</summary>
    public string Sentence => DecisionSentence.Of(this);
}

/// <param name="LookAgainMs">Unix milliseconds; the decision cannot change before this unless something is observed.</param>
public sealed record Hold(JobIdentity Job, long AtMs, HoldReason Reason, long LookAgainMs, DecisionEvidence Evidence) : JobDecision(Job, AtMs, 0, Evidence);

/// <param name="DeadlineMs">Unix milliseconds; a checkpoint that ends later is expected to be of no use.</param>
public sealed record Checkpoint(JobIdentity Job, long AtMs, ActReason Reason, long DeadlineMs, double GainNodeSeconds, DecisionEvidence Evidence)
    : JobDecision(Job, AtMs, GainNodeSeconds, Evidence);

/// <summary>Checkpoint, then go on without <paramref name="From"/>.</summary>
/// <param name="Target">The spare that takes its place; where the scheduler chooses itself, the one that was free.</param>
public sealed record Migrate(JobIdentity Job, long AtMs, ActReason Reason, NodeKey From, NodeKey Target, long DeadlineMs, double GainNodeSeconds, DecisionEvidence Evidence)
    : JobDecision(Job, AtMs, GainNodeSeconds, Evidence)
{
    /// <summary>Why it is that target, in a few words; empty where nobody said.</summary>
    public string TargetWhy { get; init; } = "";
}
