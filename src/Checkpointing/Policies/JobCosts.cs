namespace Tocsin.Checkpointing.Policies;

/// <summary>What a job's actions are expected to take, in seconds of all of its nodes.</summary>
/// <param name="CheckpointS">C: mean time of one checkpoint; above 0.</param>
/// <param name="CheckpointHighS">A time that few checkpoints exceed; at least <paramref name="CheckpointS"/>.</param>
/// <param name="CheckpointWorstS">The longest that is believed possible: what the budget is kept with.</param>
/// <param name="RestartS">R: from the start of a new run until it computes again.</param>
/// <param name="DownS">D: from a failure to the start of the new run: noticed, requeued, a node found.</param>
/// <param name="MoveS">Beside its checkpoint, what a planned move takes until the job computes again.</param>
public readonly record struct JobCosts(double CheckpointS, double CheckpointHighS, double CheckpointWorstS, double RestartS, double DownS, double MoveS);
