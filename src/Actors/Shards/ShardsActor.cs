using Tocsin.Actors.Log;
using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Shards;

/// <summary>One member's place in a group of the log: a child for each partition that it owns, and records to whichever child wants some.</summary>
/// <remarks>It alone touches the consumer. A partition is paused while its child has a batch, so a slow shard holds up no other and memory is bounded by
/// one batch a shard. A child that is gone for the group (lost, released) may still be alive for a while: its words count no more, but its batch comes back.</remarks>
public sealed class ShardsActor : UntypedActor
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(200);

    private readonly ILog _log;
    private readonly ILogConsumer _consumer;
    private readonly Func<TopicPartition, Props> _shard;
    private readonly SortedDictionary<TopicPartition, Child> _owned = [];
    private readonly Dictionary<IActorRef, Child> _alive = [];
    private readonly Stack<LogBatch> _free = new();
    private long _named;
    private int _polling;

    /// <param name="group">The shards' group in the log.</param>
    /// <param name="shard">Makes the <see cref="ShardActor"/> of a partition.</param>
    public ShardsActor(ILog log, string group, IReadOnlyList<string> topics, Func<TopicPartition, Props> shard)
    {
        (_log, _shard) = (log, shard);
        _consumer = log.Subscribe(group, topics);
    }

    protected override void PreStart()
    {
        var self = Self;
        // On any thread; a mailbox takes from any. One message is enough however often it is called.
        _consumer.Ready = () =>
        {
            if (Interlocked.Exchange(ref _polling, 1) == 0)
                self.Tell(Again.Instance, null);
        };
        // A call that came before there was anyone to call.
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, PollEvery);
        Self.Tell(Again.Instance);
    }

    protected override void PostStop()
    {
        _consumer.Ready = null;
        _consumer.Dispose();
        foreach (var batch in _free)
            batch.Dispose();
    }

    /// <summary>A shard mends itself; what reaches here is a fault of its actor, and a new one starts from what is stored. Never given up: a partition
    /// without a shard would be silent for ever.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => Runtime.SupervisorStrategy.OneForOne(-1, TimeSpan.FromMinutes(10), Backoff.Usual);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Again or Tick:
                Volatile.Write(ref _polling, 0);
                Poll();
                break;
            case MayAcquire asked:
                Poll();
                if (!IsCurrent(asked.At, out var asking))
                    break;
                if (asking.Releasing)
                    // It failed while it was to write: there is nothing in its memory any more.
                    LetGo(asked.At, asking);
                else
                    Sender.Tell(Yours.Instance);
                break;
            case ReadFrom read:
                if (!IsCurrent(read.At, out var reading))
                    break;
                reading.Reading = read.Reading;
                reading.Ref.Tell(new LogEnds(read.Reading, _log.Bounds(read.At).Next));
                _consumer.Seek(read.At, read.Offset);
                if (reading.Batch is null)
                    _consumer.Resume(read.At);
                Poll();
                break;
            case ReadOn read:
                TakeBack(Sender, read.Batch);
                if (IsCurrent(read.At, out _))
                    _consumer.Resume(read.At);
                Poll();
                break;
            case Released released:
                if (IsCurrent(released.At, out var leaving))
                    LetGo(released.At, leaving);
                break;
            case Terminated terminated:
                if (_alive.Remove(terminated.ActorRef, out var gone) && gone.Batch is { } held)
                    _free.Push(held);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private bool IsCurrent(TopicPartition at, out Child child) =>
        _owned.TryGetValue(at, out child!) && ReferenceEquals(child.Ref, Sender);

    private void TakeBack(IActorRef from, LogBatch batch)
    {
        if (!_alive.TryGetValue(from, out var child) || !ReferenceEquals(child.Batch, batch))
            throw new InvalidOperationException($"{from.Path} gives back a batch that it does not have");
        child.Batch = null;
        _free.Push(batch);
    }

    private void LetGo(TopicPartition at, Child child)
    {
        _owned.Remove(at);
        Context.Stop(child.Ref);
        _consumer.Release(at);
    }

    private void Poll()
    {
        while (true)
        {
            var batch = _free.TryPop(out var used) ? used : new LogBatch();
            switch (_consumer.Poll(batch, TimeSpan.Zero))
            {
                case RecordsPolled:
                    _consumer.Pause(batch.At);
                    var reader = _owned[batch.At];
                    reader.Batch = batch;
                    reader.Ref.Tell(new Records(reader.Reading!, batch, _log.Bounds(batch.At).Next));
                    continue;
                case PartitionsAssigned assigned:
                    foreach (var at in assigned.Partitions)
                        Begin(at);
                    break;
                case PartitionsRevoked revoked:
                    foreach (var at in revoked.Partitions)
                        Revoke(at);
                    break;
                case PartitionsLost lost:
                    foreach (var at in lost.Partitions)
                    {
                        if (_owned.Remove(at, out var dead))
                            Context.Stop(dead.Ref);
                    }
                    break;
                case PollFailed failed:
                    var failing = _owned[failed.At];
                    failing.Ref.Tell(new ReadFailed(failing.Reading!, failed.Failure));
                    break;
                default:
                    _free.Push(batch);
                    return;
            }
            _free.Push(batch);
        }
    }

    private void Begin(TopicPartition at)
    {
        var child = new Child(Context.ActorOf(_shard(at), $"{at.Topic}-{at.Partition}-{++_named}"));
        Context.Watch(child.Ref);
        _alive.Add(child.Ref, child);
        _owned[at] = child;
    }

    private void Revoke(TopicPartition at)
    {
        if (!_owned.TryGetValue(at, out var child))
        {
            _consumer.Release(at);
            return;
        }
        child.Releasing = true;
        child.Ref.Tell(Release.Instance);
    }

    private sealed class Child(IActorRef of)
    {
        public IActorRef Ref => of;

        public object? Reading { get; set; }

        /// <summary>That it has; null = more may be read for it.</summary>
        public LogBatch? Batch { get; set; }

        public bool Releasing { get; set; }
    }
}
