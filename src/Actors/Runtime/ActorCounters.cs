namespace Tocsin.Actors.Runtime;

/// <summary>Since the system's start; each number is exact, together they are of about one moment.</summary>
/// <param name="Alive">Actors now, the guardian included.</param>
/// <param name="Failures">Of handlers, starts and factories, whatever came of them; an escalated one counts at each level.</param>
/// <param name="Timers">Waiting now: timers, deadlines and delayed restarts.</param>
public readonly record struct ActorCounters(long Alive, long Failures, long Restarts, long DeadLetters, long Unhandled, int Timers);
