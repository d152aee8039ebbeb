using Tocsin.Actors.Log;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Persistence.Memory;

/// <summary>A store in memory, for simulation and tests: the contract of the others, and levers for what goes wrong with them. It outlives the members that use it.</summary>
/// <remarks>Each member of a simulation gets its own <see cref="MemoryStore"/> over one <see cref="MemoryDatabase"/>, so that one member can crash alone.</remarks>
public sealed class MemoryStore(MemoryDatabase database) : IStore
{
    private bool _dead;
    private bool _closed;

    /// <summary>Called at each point of each write; a <see cref="StoreCrash"/> thrown by it kills this store, any other failure is answered.</summary>
    public Action<StorePoint>? Fault { get; set; }

    /// <summary>Runs an answer, now or later; at once where it is not set.</summary>
    public Action<Action>? Deliver { get; set; }

    public Action? OutboxFilled { get; set; }

    public bool Crashed => _dead;

    public void Acquire(TopicPartition shard, Action<AcquireResult> reply) =>
        Write(d => d.Acquire(shard), (AcquireResult r) => r, (f, _) => new AcquireFailed(f), reply);

    public void Commit(ShardCommit commit, Action<CommitResult> reply)
    {
        Write(d => d.Commit(commit, Point), r => r, (f, unknown) => unknown ? new CommitUnknown(f) : new CommitFailed(f), reply);
        if (!_dead && (commit.Outbox.Count > 0 || commit.Findings.Count > 0))
            OutboxFilled?.Invoke();
    }

    public void Attempt(TopicPartition shard, long epoch, long offset, bool blameless, bool alone, Action<AttemptResult> reply) =>
        Write(d => d.Attempt(shard, epoch, offset, blameless, alone), r => r, (f, _) => new AttemptFailed(f), reply);

    public byte[]? Part(TopicPartition shard, long number) => Read(d => d.Part(shard, number));

    public void Delivered(IReadOnlyList<long> outbox, Action<StoreFailure?> reply) => Do(d => d.RemoveOutbox(outbox), reply);

    public void Reschedule(long outbox, int attempts, long dueMs, string why, Action<StoreFailure?> reply) => Do(d => d.Reschedule(outbox, attempts, dueMs, why), reply);

    public void Abandon(long outbox, string why, long nowMs, Action<StoreFailure?> reply) => Do(d => d.Abandon(outbox, why, nowMs), reply);

    public void Drop(OutboxRange what, Action<int, StoreFailure?> reply) =>
        Write(d => d.Drop(what), r => (r, (StoreFailure?)null), (f, _) => (0, f), r => reply(r.Item1, r.Item2));

    public void Published(IReadOnlyList<long> findings, Action<StoreFailure?> reply) => Do(d => d.RemoveFindings(findings), reply);

    public void PutLibrary(LibraryRow library, Action<StoreFailure?> reply) => Do(d => d.PutLibrary(library), reply);

    public void Prune(Prune what, Action<int, StoreFailure?> reply) =>
        Write(d => d.Prune(what), r => (r, (StoreFailure?)null), (f, _) => (0, f), r => reply(r.Item1, r.Item2));

    public void AddVerdict(Verdict verdict, Action<long, StoreFailure?> reply) =>
        Write(d => d.AddVerdict(verdict), r => (r, (StoreFailure?)null), (f, _) => (0, f), r => reply(r.Item1, r.Item2));

    public void UndoVerdict(long number, long atMs, string by, Action<StoreFailure?> reply) => Do(d => d.UndoVerdict(number, atMs, by), reply);

    public void ToldVerdict(long number, bool undone, Action<StoreFailure?> reply) => Do(d => d.ToldVerdict(number, undone), reply);

    public IReadOnlyList<StoredVerdict> Verdicts(VerdictQuery query) => Read(d => d.Verdicts(query));

    public StoredVerdict? Verdict(long number) => Read(d => d.Verdicts(new VerdictQuery(Before: number + 1, Limit: 1)).FirstOrDefault(v => v.Verdict.Number == number));

    public long NextSession(long atLeast) => Read(d => d.NextSession(atLeast));

    public void BindLog(string identity) => Read(d =>
    {
        d.BindLog(identity);
        return true;
    });

    public IReadOnlyList<OutboxEntry> DueOutbox(string sink, long nowMs, int limit) => Read(d => d.DueOutbox(sink, nowMs, limit));

    public OutboxEntry? NewestOutbox(string sink, string alert) => Read(d => d.NewestOutbox(sink, alert));

    public IReadOnlyList<PendingFinding> PendingFindings(int limit) => Read(d => d.PendingFindings(limit));

    public IReadOnlyList<Alert> Alerts(AlertQuery query) => Read(d => d.Alerts(query));

    public Alert? Alert(AlertId id) => Read(d => d.Alert(id));

    public IReadOnlyList<SegmentRow> Segments(SegmentQuery query) => Read(d => d.Segments(query));

    public IReadOnlyList<JobEvent> Jobs(JobQuery query) => Read(d => d.Jobs(query));

    public IReadOnlyList<DeadLetter> DeadLetters(int limit) => Read(d => d.DeadLetters(limit));

    public IReadOnlyList<AbandonedEntry> Abandoned(int limit) => Read(d => d.Abandoned(limit));

    public IReadOnlyList<StoredShard> Shards() => Read(d => d.Shards());

    public void AddLabel(Label label, Action<long, StoreFailure?> reply) =>
        Write(d => d.AddLabel(label), r => (r, (StoreFailure?)null), (f, _) => (0, f), r => reply(r.Item1, r.Item2));

    public void UndoLabel(long number, long atMs, string by, Action<StoreFailure?> reply) => Do(d => d.UndoLabel(number, atMs, by), reply);

    public IReadOnlyList<Label> Labels(LabelQuery query) => Read(d => d.Labels(query));

    public IReadOnlyList<LibraryRow> Libraries() => Read(d => d.Libraries());

    public IReadOnlyDictionary<string, long> OutboxDepth() => Read(d => d.OutboxDepth());

    public void Dispose()
    {
        if (!_closed && !_dead)
        {
            lock (database)
                database.Spare();
        }
        _closed = true;
    }

    private void Do(Action<MemoryDatabase> write, Action<StoreFailure?> reply) =>
        Write<bool, StoreFailure?>(d =>
        {
            write(d);
            return true;
        }, _ => null, (f, _) => f, reply);

    private T Read<T>(Func<MemoryDatabase, T> read)
    {
        if (_closed || _dead)
            throw new StoreException(new StoreClosed());
        lock (database)
            return read(database);
    }

    private void Write<T, TReply>(Func<MemoryDatabase, T> write, Func<T, TReply> done, Func<StoreFailure, bool, TReply> failed, Action<TReply> reply)
    {
        if (_dead)
            return;
        TReply answer;
        var open = false;
        try
        {
            if (_closed)
                throw new StoreException(new StoreClosed());
            Point(StorePoint.BeforeBegin);
            lock (database)
            {
                var result = database.Transact(() =>
                {
                    var written = write(database);
                    Point(StorePoint.BeforeCommit);
                    open = true;
                    Point(StorePoint.InCommit);
                    return written;
                });
                answer = done(result);
            }
            Point(StorePoint.AfterCommit);
        }
        catch (StoreCrash)
        {
            _dead = true;
            return;
        }
        catch (StoreException e)
        {
            answer = failed(e.Failure, open);
        }
        if (Deliver is { } deliver)
            deliver(() => reply(answer));
        else
            reply(answer);
    }

    private void Point(StorePoint point) => Fault?.Invoke(point);
}
