using System.Threading.Channels;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks.Streams;

/// <param name="Id">Of the outbox row: rises, also over restarts. 0 = says nothing about the place in the stream.</param>
/// <param name="Name">raised, updated, cleared; reset; lost.</param>
/// <param name="Data">One line of JSON.</param>
public sealed record StreamEvent(long Id, string Name, byte[] Data);

/// <summary>The hub of <c>/api/v1/alerts/stream</c>: keeps the last events, hands each to all subscribers, waits for none of them.</summary>
/// <param name="kept">How many events one can go back. 1 to 100,000.</param>
/// <param name="queue">How many events a subscriber may be behind. 1 to 10,000.</param>
/// <param name="most">Subscribers at once. 1 to 10,000.</param>
public sealed class AlertStream(string name, int kept = 1024, int queue = 256, int most = 256) : IAlertSink
{
    private readonly Lock _gate = new();
    private readonly Queue<(StreamEvent Event, Alert Alert)> _ring = new(kept);
    private readonly HashSet<AlertSubscription> _subscribers = [];
    private long _last;
    private long _forgotten;
    private long _dropped;

    public string Name => name;

    public int Subscribers
    {
        get
        {
            lock (_gate)
                return _subscribers.Count;
        }
    }

    /// <summary>Subscribers that were too slow.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public ValueTask<Delivery> DeliverAsync(OutboxRow row, CancellationToken stop)
    {
        Publish(row);
        return ValueTask.FromResult(Delivery.Done);
    }

    /// <summary>Rows that were delivered before this start, in their order, so that a subscriber can go on where it was.</summary>
    /// <param name="last">The highest number that was ever delivered; 0 = none.</param>
    public void Seed(IReadOnlyList<OutboxRow> rows, long last)
    {
        lock (_gate)
        {
            // What lies before the first row is not known here any more.
            _forgotten = rows.Count > 0 ? rows[0].Number - 1 : last;
        }
        foreach (var row in rows)
            Publish(row);
        lock (_gate)
            _last = Math.Max(_last, last);
    }

    /// <param name="after">Last-Event-ID; null = from now on.</param>
    /// <returns>Null where there are too many already.</returns>
    public AlertSubscription? Subscribe(AlertFilter filter, long? after)
    {
        lock (_gate)
        {
            if (_subscribers.Count >= most)
                return null;
            var missed = new List<StreamEvent>();
            if (after is { } id && id < _last)
            {
                if (id < _forgotten)
                    missed.Add(new StreamEvent(0, "reset", "{\"why\":\"events before this are not kept; read /api/v1/alerts\"}"u8.ToArray()));
                missed.AddRange(_ring.Where(e => e.Event.Id > id && filter.Wants(e.Alert)).Select(e => e.Event));
            }
            else if (after > _last)
                missed.Add(new StreamEvent(0, "reset", "{\"why\":\"no event has that id; read /api/v1/alerts\"}"u8.ToArray()));
            var subscription = new AlertSubscription(filter, missed, queue, Leave);
            _subscribers.Add(subscription);
            return subscription;
        }
    }

    private void Publish(OutboxRow row)
    {
        lock (_gate)
        {
            // Delivered again after a crash: whoever was there has had it, and whoever was not finds it in the ring.
            if (row.Number <= _last)
                return;
            _last = row.Number;
            var happened = new StreamEvent(row.Number, AlertJson.Change(row.Event), AlertJson.Of(row.Event));
            if (_ring.Count == kept)
                _forgotten = _ring.Dequeue().Event.Id;
            _ring.Enqueue((happened, row.Event.Alert));
            foreach (var subscriber in _subscribers.Where(s => !s.Offer(happened, row.Event.Alert)).ToList())
            {
                _subscribers.Remove(subscriber);
                Interlocked.Increment(ref _dropped);
            }
        }
    }

    private void Leave(AlertSubscription subscription)
    {
        lock (_gate)
            _subscribers.Remove(subscription);
    }
}

/// <summary>One subscriber's place in the stream.</summary>
public sealed class AlertSubscription : IDisposable
{
    private readonly AlertFilter _filter;
    private readonly IReadOnlyList<StreamEvent> _missed;
    private readonly Channel<StreamEvent> _queue;
    private readonly Action<AlertSubscription> _leave;

    internal AlertSubscription(AlertFilter filter, IReadOnlyList<StreamEvent> missed, int queue, Action<AlertSubscription> leave)
    {
        (_filter, _missed, _leave) = (filter, missed, leave);
        _queue = Channel.CreateBounded<StreamEvent>(new BoundedChannelOptions(queue) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
    }

    /// <summary>What it missed, then what comes. Ends where it was too slow: its client comes again with the id it had last.</summary>
    public IReadOnlyList<StreamEvent> Missed => _missed;

    public ChannelReader<StreamEvent> Next => _queue.Reader;

    /// <summary>False where it is too slow: nothing more will come.</summary>
    internal bool Offer(StreamEvent happened, Alert alert)
    {
        if (!_filter.Wants(alert) || _queue.Writer.TryWrite(happened))
            return true;
        _queue.Writer.TryComplete();
        return false;
    }

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _leave(this);
    }
}
