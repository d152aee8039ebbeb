namespace Tocsin.Actors.Runtime;

/// <summary>To a source that asked: it may now send so much. Undelivered, it goes back by itself.</summary>
public sealed record CreditsGranted(Credits Of, int Count) : IUndeliverable
{
    void IUndeliverable.Undelivered() => Of.Return(Count);
}

/// <summary>What bounds a mailbox, since Tell never waits: the receiver owns a fixed number of credits, a source takes them before it sends
/// and the receiver returns them when it has handled what was sent, so no more than the capacity is ever under way. A source that stops with
/// credits in hand returns them in its PostStop. The unit (messages, samples, bytes) is the owner's choice. Any thread.</summary>
/// <remarks>Available + taken = capacity at all times, since both change under one lock; a grant is taken from the moment it is decided, before it
/// arrives, so a slow or dead source can only make the receiver idle, never flooded.</remarks>
public sealed class Credits
{
    private readonly Queue<(int Count, IActorRef Source)> _waiting = new();
    private readonly int _maxWaiting;
    private int _available;
    private bool _granting;

    /// <param name="capacity">At least 1.</param>
    /// <param name="maxWaiting">Requests that may wait; the next is refused.</param>
    public Credits(int capacity, int maxWaiting = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWaiting, 0);
        Capacity = capacity;
        _available = capacity;
        _maxWaiting = maxWaiting;
    }

    public int Capacity { get; }

    public int Available
    {
        get
        {
            lock (_waiting)
                return _available;
        }
    }

    public int Waiting
    {
        get
        {
            lock (_waiting)
                return _waiting.Count;
        }
    }

    /// <summary>At once or not at all, for a source that can say no to its sender (HTTP 429 or 503). Those that wait come first.</summary>
    /// <param name="count">1..capacity.</param>
    public bool TryTake(int count)
    {
        Check(count);
        lock (_waiting)
        {
            if (_waiting.Count > 0 || _available < count)
                return false;
            _available -= count;
            return true;
        }
    }

    /// <summary><paramref name="source"/> gets a <see cref="CreditsGranted"/> of just this count, in the order of the requests.</summary>
    /// <param name="count">1..capacity: more would never be granted.</param>
    /// <returns>False where too many wait: nothing will come.</returns>
    public bool Request(int count, IActorRef source)
    {
        Check(count);
        lock (_waiting)
        {
            if (_waiting.Count > 0 || _available < count)
            {
                if (_waiting.Count >= _maxWaiting)
                    return false;
                _waiting.Enqueue((count, source));
                return true;
            }
            _available -= count;
        }
        source.Tell(new CreditsGranted(this, count));
        return true;
    }

    /// <exception cref="InvalidOperationException">More than was taken: a bug, and the bound would be gone.</exception>
    public void Return(int count)
    {
        Check(count);
        lock (_waiting)
        {
            if (count > Capacity - _available)
                throw new InvalidOperationException($"{count} credits returned where {Capacity - _available} were taken");
            _available += count;
            // Who grants looks again before it stops, so it sees what is added here.
            if (_granting)
                return;
            _granting = true;
        }
        // Told outside of the lock, and in a loop: a source that is gone gives its grant back from within this Tell,
        // and a thousand such in a row must not become a thousand calls deep.
        while (NextGrant() is { } next)
            next.Source.Tell(new CreditsGranted(this, next.Count));
    }

    private (int Count, IActorRef Source)? NextGrant()
    {
        lock (_waiting)
        {
            if (_waiting.TryPeek(out var first) && first.Count <= _available)
            {
                _available -= first.Count;
                return _waiting.Dequeue();
            }
            _granting = false;
            return null;
        }
    }

    private void Check(int count)
    {
        if (count < 1 || count > Capacity)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"1..{Capacity}");
    }
}
