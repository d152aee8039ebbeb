using System.Collections.Concurrent;
using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests;

/// <summary>An actor that keeps what it gets for the test's thread.</summary>
internal sealed class Probe
{
    /// <summary>Far above what anything here takes: reached only by what would never come.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<(object Message, IActorRef Sender)> _got = [];

    public Probe(ActorSystem system, string? name = null)
    {
        Ref = system.ActorOf(Props.Create(() => new Actor(_got)), name);
    }

    public IActorRef Ref { get; }

    public IActorRef LastSender { get; private set; } = null!;

    public object Next()
    {
        Assert.True(_got.TryTake(out var got, Limit), "no message came");
        LastSender = got.Sender;
        return got.Message;
    }

    public T Next<T>() => Assert.IsType<T>(Next());

    /// <summary>Makes the probe watch, and waits until it does.</summary>
    public void Watches(IActorRef other)
    {
        Ref.Tell(new WatchThis(other));
        Next<WatchThis>();
    }

    /// <summary>Nothing more lies or is under way to it from this thread.</summary>
    public void HasNothing()
    {
        Ref.Tell("mark");
        Assert.Equal("mark", Next());
    }

    private sealed record WatchThis(IActorRef Other);

    private sealed class Actor(BlockingCollection<(object, IActorRef)> got) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is WatchThis watch)
                Context.Watch(watch.Other);
            got.Add((message, Sender));
        }
    }
}
