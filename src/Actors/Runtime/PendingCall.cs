namespace Tocsin.Actors.Runtime;

internal interface IPendingCall
{
    /// <summary>In the turn of the actor that waits: it waits no more.</summary>
    void Abandon();

    bool Simulated { get; }
}

/// <summary>One call that an actor waits for, with its deadline. <see cref="_outcome"/> is written by who moved the state from Open,
/// before the post; the actor reads it after the post arrived, so it sees it whole.</summary>
internal sealed class PendingCall<TReply>(ActorCell cell, string what, TimeSpan limit, Func<PortResult<TReply>, object> map)
    : TimerNode, IPortCall<TReply>, IPendingCall
{
    private const int Open = 0;
    private const int Answered = 1;

    private int _state;
    private PortResult<TReply> _outcome;
    private CancellationTokenSource? _abandoned;

    public bool Simulated => cell.System.Simulated;

    public CancellationToken Abandoned
    {
        get
        {
            var source = Volatile.Read(ref _abandoned);
            if (source is null)
            {
                source = new CancellationTokenSource();
                source = Interlocked.CompareExchange(ref _abandoned, source, null) ?? source;
                // Abandoned between the look and the swap: then nobody else cancels it.
                if (Volatile.Read(ref _state) != Open)
                    source.Cancel();
            }
            return source.Token;
        }
    }

    public bool Succeed(TReply reply) => Complete(new PortResult<TReply>(reply));

    public bool Fail(Exception cause) => Complete(new PortResult<TReply>(cause));

    public override void Fire()
    {
        if (Complete(new PortResult<TReply>(new PortTimeoutException($"{what} gave no answer within {limit.TotalSeconds:0.###} s"))))
            CancelWork();
    }

    public override bool TryOpen(out object message)
    {
        message = this;
        if (!cell.Errands.Settle(this))
            return false;
        message = map(_outcome);
        return true;
    }

    public override void Discard()
    {
        if (_outcome is { IsSuccess: true, Value: IUndeliverable carried })
            carried.Undelivered();
    }

    public void Abandon()
    {
        cell.System.Timers.Cancel(this);
        if (Interlocked.CompareExchange(ref _state, Answered, Open) == Open)
            CancelWork();
    }

    private bool Complete(PortResult<TReply> outcome)
    {
        if (Interlocked.CompareExchange(ref _state, Answered, Open) != Open)
            return false;
        _outcome = outcome;
        cell.System.Timers.Cancel(this);
        cell.Post(new Envelope(this, null));
        return true;
    }

    /// <summary>On the pool: what hangs on the token is the port's code, and must not run in the turn of an actor or of the alarm.</summary>
    private void CancelWork()
    {
        if (Volatile.Read(ref _abandoned) is { } source)
            _ = source.CancelAsync();
    }
}
