using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests;

/// <summary>An actor written as lambdas in the test that uses it. A message that is an Action on it is run in its turn.</summary>
internal sealed class Scripted(Action<Scripted, object>? receive = null) : UntypedActor
{
    public Action<Scripted>? OnStart { get; init; }

    public Action<Scripted>? OnStop { get; init; }

    public Action<Scripted, Exception, object?>? OnRestart { get; init; }

    public SupervisorStrategy? Children { get; init; }

    public IActorContext Here => Context;

    public IActorRef Me => Self;

    public IActorRef From => Sender;

    public ITimerScheduler Clockwork => Timers;

    public void Unknown(object message) => Unhandled(message);

    protected override void PreStart() => OnStart?.Invoke(this);

    protected override void PostStop() => OnStop?.Invoke(this);

    protected override void PreRestart(Exception reason, object? message)
    {
        OnRestart?.Invoke(this, reason, message);
        base.PreRestart(reason, message);
    }

    protected override SupervisorStrategy SupervisorStrategy() => Children ?? base.SupervisorStrategy();

    protected override void OnReceive(object message)
    {
        if (message is Action<Scripted> act)
            act(this);
        else if (message is Exception thrown)
            throw thrown;
        else if (receive is not null)
            receive(this, message);
        else
            Unhandled(message);
    }
}

internal static class ScriptedExtensions
{
    public static IActorRef Script(this ActorSystem system, Action<Scripted, object>? receive = null, string? name = null) =>
        system.ActorOf(Props.Create(() => new Scripted(receive)), name);

    /// <summary>Runs in the actor's turn and gives what came of it.</summary>
    public static T Do<T>(this IActorRef actor, Func<Scripted, T> act)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.Tell((Action<Scripted>)(self =>
        {
            try
            {
                done.SetResult(act(self));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }));
        Assert.True(Task.WaitAny([done.Task], Probe.Limit) == 0, $"{actor.Path} did not take its turn");
        return done.Task.GetAwaiter().GetResult();
    }

    public static void Do(this IActorRef actor, Action<Scripted> act) => actor.Do(self =>
    {
        act(self);
        return true;
    });
}
