namespace Tocsin.Actors.Runtime;

/// <summary>How a system ended.</summary>
/// <param name="Cause">Null where it was asked to; else what escalated to the top.</param>
/// <param name="Stuck">Paths, with what each was doing, of the actors without living children that had not stopped at the limit; empty = all stopped.</param>
public sealed record ShutdownReport(Exception? Cause, IReadOnlyList<string> Stuck);

/// <summary>The limit of a shutdown: at its end it names what is stuck.</summary>
internal sealed class ShutdownLimit(ActorSystem system) : TimerNode
{
    public override void Fire() => system.OnShutdownLimit();

    /// <summary>The deepest of those that still live: what is above only waits for them.</summary>
    public static IReadOnlyList<string> Stuck(ActorCell root)
    {
        var stuck = new List<string>();
        var open = new Stack<ActorCell>([root]);
        while (open.TryPop(out var cell))
        {
            var children = cell.Children?.All() ?? [];
            foreach (var child in children)
                open.Push(child);
            if (children.Length == 0 && !cell.IsClosed)
                stuck.Add($"{cell.Path} ({cell.Doing})");
        }
        stuck.Sort(StringComparer.Ordinal);
        return stuck;
    }
}

internal sealed class LaterPost(ActorCell target, object message) : TimerNode
{
    public override void Fire() => target.PostSystem(message);
}

/// <summary>The parent of all that is made from outside.</summary>
internal sealed class Guardian(SupervisorStrategy strategy) : UntypedActor
{
    protected override void OnReceive(object message) => Unhandled(message);

    protected override SupervisorStrategy SupervisorStrategy() => strategy;
}
