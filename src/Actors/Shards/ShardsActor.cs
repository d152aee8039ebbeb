using Tocsin.Actors.Log;
using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Shards;

/// <summary>One member's place in a group of the log: a child for each partition that it owns, and records to whichever child wants some.</summary>
/// <remarks>It alone touches the consumer. A partition is paused while its child has a batch, so a slow shard holds up no other and memory is bounded by
/// one batch a shard.</remarks>
public sealed class ShardsActor : UntypedActor
{
    private readonly ILog _log;
    private readonly ILogConsumer _consumer;
    private readonly Func<TopicPartition, Props> _shard;
    private readonly SortedDictionary<TopicPartition, IActorRef> _children = [];
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
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TimeSpan.FromMilliseconds(200));
        Self.Tell(Again.Instance);
    }

    protected override void PostStop()
    {
        _consumer.Ready = null;
        _consumer.Dispose();
        foreach (var batch in _free)
            batch.Dispose();
    }

    /// <summary>A shard mends itself; what reaches here is a fault of its actor, and a new one starts from what is stored.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => Runtime.SupervisorStrategy.OneForOne(10, TimeSpan.FromMinutes(10), Backoff.Usual);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Again or Tick:
                Volatile.Write(ref _polling, 0);
                Poll();
                break;
            case ReadFrom read:
                _consumer.Seek(read.At, read.Offset);
                _consumer.Resume(read.At);
                Poll();
                break;
            case ReadOn read:
                _free.Push(read.Batch);
                _consumer.Resume(read.At);
                Poll();
                break;
            case Released released:
                _consumer.Release(released.At);
                if (_children.Remove(released.At, out var gone))
                    Context.Stop(gone);
                break;
            case Terminated terminated:
                foreach (var at in _children.Where(c => ReferenceEquals(c.Value, terminated.ActorRef)).Select(c => c.Key).ToList())
                    _children.Remove(at);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Poll()
    {
        while (true)
        {
            var batch = _free.TryPop(out var used) ? used : new LogBatch();
            var polled = _consumer.Poll(batch, TimeSpan.Zero);
            switch (polled)
            {
                case RecordsPolled:
                    _consumer.Pause(batch.At);
                    if (_children.TryGetValue(batch.At, out var owner))
                        owner.Tell(new Records(batch, _log.Bounds(batch.At).Next));
                    else
                        _free.Push(batch);
                    continue;
                case PartitionsAssigned assigned:
                    foreach (var at in assigned.Partitions)
                    {
                        var child = Context.ActorOf(_shard(at), $"{at.Topic}-{at.Partition}-{++_named}");
                        Context.Watch(child);
                        _children[at] = child;
                    }
                    break;
                case PartitionsRevoked revoked:
                    foreach (var at in revoked.Partitions)
                    {
                        if (_children.TryGetValue(at, out var leaving))
                            leaving.Tell(Release.Instance);
                        else
                            _consumer.Release(at);
                    }
                    break;
                case PartitionsLost lost:
                    foreach (var at in lost.Partitions)
                    {
                        if (_children.Remove(at, out var dead))
                            Context.Stop(dead);
                    }
                    break;
                case PollFailed failed:
                    if (_children.TryGetValue(failed.At, out var failing))
                        failing.Tell(new ReadFailed(failed.Failure));
                    break;
                default:
                    _free.Push(batch);
                    return;
            }
            _free.Push(batch);
        }
    }
}
