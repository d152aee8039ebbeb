using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Runtime;

/// <summary>A mailbox without an actor, which keeps what it handled and calls <see cref="OnHook"/> at each point where it looks outside of itself.</summary>
internal sealed class BareMailbox(CountingDispatcher dispatcher) : Mailbox(dispatcher)
{
    private readonly List<object> _handled = [];

    public Action OnHook { get; set; } = () => { };

    public IReadOnlyList<object> Handled => _handled;

    protected override bool Suspended
    {
        get
        {
            OnHook();
            return false;
        }
    }

    public void Clear() => _handled.Clear();

    protected override void Invoke(Envelope envelope)
    {
        OnHook();
        _handled.Add(envelope.Message);
        OnHook();
    }

    protected override void InvokeSystem(object message)
    {
        OnHook();
        if (message is "close")
            Close();
        else
            _handled.Add(message);
        OnHook();
    }

    protected override void Undelivered(Envelope envelope) => _handled.Add(envelope.Message);

    protected override void UndeliveredSystem(object message) => _handled.Add(message);
}

/// <summary>Counts how often the mailbox was handed over; the test runs it.</summary>
internal sealed class CountingDispatcher() : Dispatcher("counting")
{
    private int _scheduled;

    public Action OnHook { get; set; } = () => { };

    public int Scheduled => Volatile.Read(ref _scheduled);

    internal override int Throughput => 2;

    internal override bool Reorders
    {
        get
        {
            OnHook();
            return false;
        }
    }

    /// <returns>True once for each time that the mailbox was handed over.</returns>
    public bool TakeOne()
    {
        if (Scheduled == 0)
            return false;
        Interlocked.Decrement(ref _scheduled);
        return true;
    }

    internal override void Schedule(Mailbox mailbox) => Interlocked.Increment(ref _scheduled);
}
