namespace Tocsin.Checkpointing.Policies;

/// <param name="Budget">Most of a job's time that checkpoints may take, 0..1. The default is the share above which the paper calls for tuning.</param>
/// <param name="CoolDownS">Seconds after an action in which none is begun.</param>
/// <param name="MoveCoolDownS">The same for moves: one that was answered by another doubt about the new nodes is not chased.</param>
/// <param name="MoveMargin">A move must be this share better than staying, so that estimates that tremble do not move jobs.</param>
/// <param name="Moves">False: checkpoints only.</param>
public sealed record AdaptiveOptions(double Budget = 0.2, double CoolDownS = 60, double MoveCoolDownS = 1800, double MoveMargin = 0.05, bool Moves = true);
