namespace Tocsin.Actors.Runtime;

/// <summary>Decides on which thread, when and for how long a mailbox is run. An actor is handed to it at most once at a time.</summary>
public abstract class Dispatcher
{
    /// <summary>Whoever asks for no dispatcher runs on this one.</summary>
    public const string Default = "default";

    private protected Dispatcher(string name)
    {
        Name = name;
    }

    public string Name { get; }

    /// <summary>Messages of a quantum; after it the others that wait have their turn.</summary>
    internal virtual int Throughput => 32;

    /// <summary>True where messages of different senders may overtake each other (the simulator).</summary>
    internal virtual bool Reorders => false;

    internal abstract void Schedule(Mailbox mailbox);

    internal virtual Envelope TakeNext(ref EnvelopeQueue inbox) => inbox.TakeFirst();

    /// <summary>False where an exception is not the actor's own failure and must pass through (a simulated crash).</summary>
    internal virtual bool Contains(Exception failure) => true;

    /// <summary>Called once, when no actor is left.</summary>
    internal virtual void Shutdown()
    {
    }
}

/// <summary>The runtime's thread pool: its global queue is first in, first out, so no actor is passed over.</summary>
internal sealed class ThreadPoolDispatcher() : Dispatcher(Default)
{
    internal override void Schedule(Mailbox mailbox) => ThreadPool.UnsafeQueueUserWorkItem(mailbox, preferLocal: false);
}
