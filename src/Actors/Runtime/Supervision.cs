namespace Tocsin.Actors.Runtime;

/// <summary>A parent's decision on a child that failed, and the word about it.</summary>
internal static class Supervision
{
    public static (Directive Directive, TimeSpan Delay) Decide(ActorSystem system, SupervisorStrategy strategy, ActorCell child, Exception cause)
    {
        var (directive, delay, why) = Choose(system, strategy, child, cause);
        var text = directive switch
        {
            Directive.Restart => $"{why}; starts again in {delay.TotalMilliseconds:0} ms",
            Directive.Stop => $"{why}; stopped",
            _ => $"{why}; its parent decides",
        };
        system.OnFailure(directive);
        system.Log(new ActorEvent(ActorEventKind.Failed, child.Path, text, cause));
        return (directive, delay);
    }

    /// <summary>What the actor says, or the default where it cannot say: its children must not wait for a decision for ever.</summary>
    public static SupervisorStrategy StrategyOf(ActorCell cell, UntypedActor? actor)
    {
        var strategy = SupervisorStrategy.Default;
        Guard(cell, () => strategy = actor?.Strategy() ?? strategy);
        return strategy;
    }

    private static (Directive, TimeSpan, string) Choose(ActorSystem system, SupervisorStrategy strategy, ActorCell child, Exception cause)
    {
        Directive wanted;
        try
        {
            wanted = strategy.Decide(cause);
        }
        catch (Exception e)
        {
            // A decider that cannot decide must not leave the child suspended for ever.
            return (Directive.Stop, TimeSpan.Zero, $"failed, and the decider failed of it ({e.GetType().Name})");
        }
        if (wanted != Directive.Restart)
            return (wanted, TimeSpan.Zero, "failed");
        return child.Failures.NextRestart(strategy, system.Timers.Now, system.NextJitter()) is { } delay
            ? (Directive.Restart, delay, "failed")
            : (strategy.Exhausted, TimeSpan.Zero, $"failed once more after {strategy.MaxRestarts} restarts within {strategy.Within.TotalSeconds:0.#} s");
    }

    /// <summary>Runs a hook of an actor that must not hold up what goes on: what it throws is said and changes nothing.</summary>
    public static void Guard(ActorCell actor, Action hook)
    {
        try
        {
            hook();
        }
        catch (Exception e) when (actor.Dispatcher.Contains(e))
        {
            actor.System.Log(new ActorEvent(ActorEventKind.HookFailed, actor.Path, "a hook (SupervisorStrategy, PreRestart or PostStop) threw; it goes on without", e));
        }
    }
}
