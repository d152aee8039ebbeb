using System.Buffers;
using Tocsin.Actors.Log;
using Tocsin.Ingest.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Shards.Samples;

/// <summary>Where sources end and the log begins: batches and job events become records of their node's partition.</summary>
/// <param name="session">Of this writer, unlike that of any other, ever: the numbers of its series are its own.</param>
public sealed class LogSink(ILog log, string cluster, long session) : ISampleSink, IJobEventSink, IDisposable
{
    private static readonly TimeSpan DefaultRetry = TimeSpan.FromSeconds(1);

    private readonly Writer[] _writers = [.. Enumerable.Range(0, log.Partitions(LogTopics.Samples)).Select(p => new Writer(log, new TopicPartition(LogTopics.Samples, p), session))];

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
    {
        var wait = new Wait();
        foreach (var batch in batches)
        {
            var key = RecordKinds.Key(batch.Node);
            if (await _writers[Murmur2.Partition(key, _writers.Length)].AppendAsync(key, batch, wait, stop).ConfigureAwait(false) is { } refused)
                wait.Fail(refused);
        }
        return Answer(await wait.AllAsync().ConfigureAwait(false));
    }

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<JobEvent> events, CancellationToken stop)
    {
        var wait = new Wait();
        foreach (var said in events)
        {
            if (Hostlist.Expand(said.NodeList, out var nodes) is { } why)
                throw new ArgumentException($"job {said.JobId}: {why}", nameof(events));
            var payload = WireBytes.Of(said);
            foreach (var name in nodes)
            {
                if (NodeKey.TryParse(cluster, name, out var node))
                    Append(RecordKinds.Job, node, payload, wait);
            }
        }
        return Answer(await wait.AllAsync().ConfigureAwait(false));
    }

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<NodeState> states, CancellationToken stop)
    {
        var wait = new Wait();
        foreach (var state in states)
            Append(RecordKinds.NodeState, state.Node, WireBytes.Of(state), wait);
        return Answer(await wait.AllAsync().ConfigureAwait(false));
    }

    /// <summary>Tells every partition that from here on another version of the library is the one to score by.</summary>
    public async ValueTask<AppendResult> ActivateAsync(long version, CancellationToken stop)
    {
        using var buffer = new PooledBuffer();
        Write(buffer, version);
        var wait = new Wait();
        foreach (var writer in _writers)
        {
            wait.Started();
            log.Append(writer.At, new LogEntry([], RecordKinds.Library, buffer.Written), wait);
        }
        return Answer(await wait.AllAsync().ConfigureAwait(false));

        static void Write(PooledBuffer buffer, long version)
        {
            var writer = new WireWriter(buffer);
            writer.WriteRecord(1, 1);
            writer.WriteInt(version);
            writer.Flush();
        }
    }

    /// <summary>The version of a <see cref="RecordKinds.Library"/> record.</summary>
    public static bool TryReadLibrary(ReadOnlySpan<byte> payload, out long version)
    {
        var reader = new WireReader(payload);
        version = 0;
        return reader.TryBeginRecord(1, 1, out var record) && reader.TryReadInt64(out version) && reader.TryEndRecord(record, 1);
    }

    public void Dispose()
    {
        foreach (var writer in _writers)
            writer.Dispose();
    }

    private void Append(byte kind, NodeKey node, ReadOnlySpan<byte> payload, Wait wait)
    {
        var key = RecordKinds.Key(node);
        wait.Started();
        log.Append(_writers[Murmur2.Partition(key, _writers.Length)].At, new LogEntry(key, kind, payload), wait);
    }

    private static AppendResult Answer(LogFailure? failure) => failure switch
    {
        null => AppendResult.Done,
        LogOverloaded busy => new Overloaded(busy.RetryAfter > TimeSpan.Zero ? busy.RetryAfter : DefaultRetry),
        _ => new Unavailable(failure.Message),
    };

    /// <summary>Replies of one append; the first failure is the answer.</summary>
    private sealed class Wait : IAppendReply
    {
        private readonly TaskCompletionSource<LogFailure?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private LogFailure? _failure;

        // One for the caller itself, so that it does not end before all have begun.
        private int _open = 1;

        public void Started() => Interlocked.Increment(ref _open);

        public void Fail(LogFailure failure) => Interlocked.CompareExchange(ref _failure, failure, null);

        public void Appended(TopicPartition at, long offset) => End();

        public void Refused(TopicPartition at, LogFailure failure)
        {
            Fail(failure);
            End();
        }

        public Task<LogFailure?> AllAsync()
        {
            End();
            return _done.Task;
        }

        private void End()
        {
            if (Interlocked.Decrement(ref _open) == 0)
                _done.SetResult(Volatile.Read(ref _failure));
        }
    }

    private sealed class Writer(ILog log, TopicPartition at, long session) : IDisposable
    {
        private readonly SemaphoreSlim _defining = new(1, 1);
        private volatile PartitionSeries _series = new(session);
        private int _sessions;

        public TopicPartition At => at;

        /// <returns>Null where the record is on its way, and <paramref name="wait"/> is told.</returns>
        public async ValueTask<LogFailure?> AppendAsync(byte[] key, SampleBatch batch, Wait wait, CancellationToken stop)
        {
            if (TryAppend(key, batch, wait))
                return null;
            await _defining.WaitAsync(stop).ConfigureAwait(false);
            try
            {
                return await DefineAsync(batch).ConfigureAwait(false) is { } refused ? refused : TryAppend(key, batch, wait) ? null : new LogBroken($"series of {batch.Node} could not be numbered");
            }
            finally
            {
                _defining.Release();
            }
        }

        public void Dispose() => _defining.Dispose();

        private bool TryAppend(byte[] key, SampleBatch batch, Wait wait)
        {
            // One look: between two of them the session may change.
            var series = _series;
            var numbers = ArrayPool<int>.Shared.Rent(batch.Samples.Count);
            var values = ArrayPool<double>.Shared.Rent(batch.Samples.Count);
            try
            {
                for (var i = 0; i < batch.Samples.Count; i++)
                {
                    if ((numbers[i] = series.NumberOf(batch.Samples[i].Series)) < 0)
                        return false;
                }
                using var buffer = new PooledBuffer();
                SampleRecord.Write(buffer, series.Session, batch, numbers.AsSpan(0, batch.Samples.Count), values);
                wait.Started();
                log.Append(at, new LogEntry(key, RecordKinds.Samples, buffer.Written), wait);
                return true;
            }
            finally
            {
                ArrayPool<int>.Shared.Return(numbers);
                ArrayPool<double>.Shared.Return(values);
            }
        }

        private async Task<LogFailure?> DefineAsync(SampleBatch batch)
        {
            var fresh = new List<SeriesId>();
            var seen = new HashSet<SeriesId>(SeriesText.Comparer);
            foreach (var sample in batch.Samples)
            {
                if (_series.NumberOf(sample.Series) < 0 && seen.Add(sample.Series))
                    fresh.Add(sample.Series);
            }
            if (_series.Next + fresh.Count > SeriesSessions.MaxSeries)
            {
                // Numbers are never used for another series; a new session has all of them again.
                _series = new PartitionSeries(unchecked(session + ++_sessions));
                return await DefineAsync(batch).ConfigureAwait(false);
            }
            foreach (var part in fresh.Chunk(SeriesRecord.MaxSeries))
            {
                var reply = new One();
                Append(part, reply);
                if (await reply.Answer.ConfigureAwait(false) is { } refused)
                {
                    // It may be there or not: those numbers are never given again.
                    _series = new PartitionSeries(unchecked(session + ++_sessions));
                    return refused;
                }
                _series.Defined(part);
            }
            return null;
        }

        private void Append(SeriesId[] part, One reply)
        {
            using var buffer = new PooledBuffer();
            SeriesRecord.Write(buffer, _series.Session, _series.Next, part);
            log.Append(at, new LogEntry([], RecordKinds.Series, buffer.Written), reply);
        }

        private sealed class One : IAppendReply
        {
            private readonly TaskCompletionSource<LogFailure?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public Task<LogFailure?> Answer => _answer.Task;

            public void Appended(TopicPartition at, long offset) => _answer.SetResult(null);

            public void Refused(TopicPartition at, LogFailure failure) => _answer.SetResult(failure);
        }
    }
}
