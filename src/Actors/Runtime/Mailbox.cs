namespace Tocsin.Actors.Runtime;

/// <summary>Many senders, one reader. Two lists (system messages go first), each a stack that senders push onto and that the reader takes whole.
/// <para>Why no message is lost, doubled or read by two threads (Interlocked operations are full fences, so all of them lie in one order):</para>
/// <para>Each message once: a push is one compare-and-swap of the head, a take is one exchange with null, so a chain goes to exactly one taker, and
/// reversing it gives the order of the pushes. Nothing is ever popped singly, so a head that comes back (ABA) is the same list and harmless.</para>
/// <para>One reader: only who moves the status from Idle to Scheduled hands the mailbox to the dispatcher, once, and only who was handed it runs it.
/// It leaves by writing Idle, its last touch of reader-only fields before it. So the next reader's compare-and-swap comes after that write,
/// and what the handlers of one turn wrote is seen by the next turn on whatever thread: actors need no locks and no volatile.</para>
/// <para>No lost wake-up: a sender pushes, then looks at the status; the reader writes Idle, then looks at the lists. Whichever came second sees
/// what the other wrote: the sender sees Idle and schedules, or the reader sees the message and schedules. Both may, then one swap fails.</para>
/// <para>Closing: the reader writes Closed, then drains; a sender that pushed later sees Closed and drains itself. Draining is the same exchange.</para></summary>
internal abstract class Mailbox(Dispatcher dispatcher) : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Scheduled = 1;
    private const int Closed = 2;

    private Envelope? _posted;
    private Envelope? _postedSystem;
    private EnvelopeQueue _inbox;
    private int _status;

    public Dispatcher Dispatcher => dispatcher;

    public bool IsClosed => Volatile.Read(ref _status) == Closed;

    /// <summary>True while only system messages may be handled. Read by the reader alone.</summary>
    protected abstract bool Suspended { get; }

    protected abstract void Invoke(Envelope envelope);

    protected abstract void InvokeSystem(object message);

    /// <summary>From any thread, after the close.</summary>
    protected abstract void Undelivered(Envelope envelope);

    /// <summary>From any thread, after the close.</summary>
    protected abstract void UndeliveredSystem(object message);

    public void Post(Envelope envelope)
    {
        Push(ref _posted, envelope);
        Wake();
    }

    public void PostSystem(object message)
    {
        Push(ref _postedSystem, new Envelope(message, null));
        Wake();
    }

    /// <summary>One quantum, on the thread of the dispatcher that was handed the mailbox.</summary>
    public virtual void Execute()
    {
        for (var left = dispatcher.Throughput; ; left--)
        {
            if (!RunSystem())
                return;
            if (Suspended)
                break;
            if (_inbox.IsEmpty || dispatcher.Reorders)
                _inbox.Append(TakeAll(ref _posted));
            if (_inbox.IsEmpty)
                break;
            if (left == 0)
            {
                // The status stays Scheduled: still one reader, only later, after the others that wait for a thread.
                dispatcher.Schedule(this);
                return;
            }
            Invoke(dispatcher.TakeNext(ref _inbox));
        }
        Leave();
    }

    /// <summary>By the reader, in its turn; after it the turn ends.</summary>
    protected void Close()
    {
        Interlocked.Exchange(ref _status, Closed);
        while (!_inbox.IsEmpty)
            Undelivered(_inbox.TakeFirst());
        Drain();
    }

    private static void Push(ref Envelope? head, Envelope envelope)
    {
        var seen = Volatile.Read(ref head);
        while (true)
        {
            envelope.Next = seen;
            var now = Interlocked.CompareExchange(ref head, envelope, seen);
            if (ReferenceEquals(now, seen))
                return;
            seen = now;
        }
    }

    private static Envelope? TakeAll(ref Envelope? head)
    {
        if (Volatile.Read(ref head) is null)
            return null;
        var newest = Interlocked.Exchange(ref head, null);
        Envelope? oldest = null;
        while (newest is not null)
        {
            var next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }
        return oldest;
    }

    /// <returns>False when the mailbox was closed.</returns>
    private bool RunSystem()
    {
        while (TakeAll(ref _postedSystem) is { } message)
        {
            for (Envelope? next = message; next is not null; next = next.Next)
            {
                if (IsClosed)
                    UndeliveredSystem(next.Message);
                else
                    InvokeSystem(next.Message);
            }
            if (IsClosed)
                return false;
        }
        return !IsClosed;
    }

    private void Leave()
    {
        // Taken before the status is given away; while suspended a user message is no reason to run, and what resumes is a system message.
        var suspended = Suspended;
        Interlocked.Exchange(ref _status, Idle);
        if (Volatile.Read(ref _postedSystem) is not null || (!suspended && Volatile.Read(ref _posted) is not null))
            Wake();
    }

    private void Wake()
    {
        // The push before it was a full fence, so this read is not older than the push. Scheduled read here was true after the push,
        // and whoever then writes Idle looks at the lists afterwards.
        if (Volatile.Read(ref _status) == Scheduled)
            return;
        var seen = Interlocked.CompareExchange(ref _status, Scheduled, Idle);
        if (seen == Idle)
            dispatcher.Schedule(this);
        else if (seen == Closed)
            Drain();
    }

    private void Drain()
    {
        for (var next = TakeAll(ref _postedSystem); next is not null; next = next.Next)
            UndeliveredSystem(next.Message);
        for (var next = TakeAll(ref _posted); next is not null;)
        {
            var after = next.Next;
            next.Next = null;
            Undelivered(next);
            next = after;
        }
    }
}
