namespace Tocsin.Actors.Runtime;

/// <summary>A message under way, and the link of the list that it lies in: the one object (40 bytes) that a Tell allocates.</summary>
internal sealed class Envelope(object message, IActorRef? sender)
{
    public readonly object Message = message;
    public readonly IActorRef? Sender = sender;
    public Envelope? Next;
}

/// <summary>First in, first out; one thread.</summary>
internal struct EnvelopeQueue
{
    private Envelope? _first;
    private Envelope? _last;

    public readonly bool IsEmpty => _first is null;

    public readonly Envelope? First => _first;

    /// <param name="chain">Oldest first, ends with null.</param>
    public void Append(Envelope? chain)
    {
        if (chain is null)
            return;
        if (_last is null)
            _first = chain;
        else
            _last.Next = chain;
        while (chain.Next is not null)
            chain = chain.Next;
        _last = chain;
    }

    public Envelope TakeFirst() => Take(null, _first!);

    /// <param name="before">The one before <paramref name="taken"/>, null where it is the first.</param>
    public Envelope Take(Envelope? before, Envelope taken)
    {
        if (before is null)
            _first = taken.Next;
        else
            before.Next = taken.Next;
        if (ReferenceEquals(_last, taken))
            _last = before;
        taken.Next = null;
        return taken;
    }
}
