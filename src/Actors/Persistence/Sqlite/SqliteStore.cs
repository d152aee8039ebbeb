using Microsoft.Data.Sqlite;
using Tocsin.Actors.Log;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>The store of one machine: one SQLite file, one process at a time.</summary>
public sealed class SqliteStore : IStore
{
    private const long SmallWrite = 1000;
    private const int MostPruned = 10_000;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly SqliteFile _file;
    private readonly FileStream _lock;
    private readonly SqliteWriter _writer;
    private readonly SqliteReader _reader;

    /// <summary>Shards do not wait for who reads history.</summary>
    private readonly SqliteReader _parts;
    private bool _disposed;

    private SqliteStore(SqliteFile file, FileStream held, SqliteSession session, Action<StorePoint>? fault)
    {
        _file = file;
        _lock = held;
        _writer = new SqliteWriter(file, session, fault);
        (_reader, _parts) = (new SqliteReader(file, () => _writer.Dead), new SqliteReader(file, () => _writer.Dead));
    }

    public Action? OutboxFilled { get; set; }

    internal bool Crashed => _writer.Dead;

    /// <summary>Writes that wait for their turn.</summary>
    public int Waiting => _writer.Waiting;

    /// <summary>Makes the database, or opens it and brings it to the newest version.</summary>
    /// <exception cref="StoreException">In use by another process, damaged, of a newer program, or the disk refused.</exception>
    public static SqliteStore Open(string path, StoreSync sync, TimeProvider time) => Open(path, sync, time, Migrations.All, null);

    public void Acquire(TopicPartition shard, Action<AcquireResult> reply) =>
        Enqueue(SmallWrite, s => ShardStatements.Acquire(s, shard), (f, _) => new AcquireFailed(f), reply);

    public void Commit(ShardCommit commit, Action<CommitResult> reply)
    {
        var fills = commit.Outbox.Count > 0 || commit.Findings.Count > 0;
        Enqueue<CommitResult>(SizeOf(commit), s => ShardStatements.Commit(s, commit), (f, unknown) => unknown ? new CommitUnknown(f) : new CommitFailed(f), result =>
        {
            reply(result);
            if (fills)
                OutboxFilled?.Invoke();
        });
    }

    public void Attempt(TopicPartition shard, long epoch, long offset, bool blameless, bool alone, Action<AttemptResult> reply) =>
        Enqueue(SmallWrite, s => ShardStatements.Attempt(s, shard, epoch, offset, blameless, alone), (f, _) => new AttemptFailed(f), reply);

    public byte[]? Part(TopicPartition shard, long number) => _parts.Read(s => ShardStatements.Part(s, shard, number));

    public void Delivered(IReadOnlyList<long> outbox, Action<StoreFailure?> reply) => Do(s =>
    {
        foreach (var number in outbox)
            s.Write("DELETE FROM outbox WHERE number = $1", number);
    }, reply);

    public void Reschedule(long outbox, int attempts, long dueMs, string why, Action<StoreFailure?> reply) =>
        Do(s => s.Write("UPDATE outbox SET attempts = $2, due_ms = $3, why = $4 WHERE number = $1", outbox, attempts, dueMs, why), reply);

    public void Abandon(long outbox, string why, long nowMs, Action<StoreFailure?> reply) => Do(s =>
    {
        s.Write(
            """
            INSERT INTO outbox_abandoned (number, sink, alert, revision, payload, created_ms, attempts, why, at_ms)
            SELECT number, sink, alert, revision, payload, created_ms, attempts, $2, $3 FROM outbox WHERE number = $1
            """, outbox, why, nowMs);
        s.Write("DELETE FROM outbox WHERE number = $1", outbox);
    }, reply);

    public void Drop(OutboxRange what, Action<int, StoreFailure?> reply) => Enqueue<(int Rows, StoreFailure? Failure)>(
        SmallWrite,
        s => (s.Write(
            "DELETE FROM outbox WHERE number IN (SELECT number FROM outbox WHERE sink = $1 AND ($2 IS NULL OR alert = $2) AND revision BETWEEN $3 AND $4 LIMIT $5)",
            what.Sink, what.Alert, what.From, what.To, MostPruned), null),
        (f, _) => (0, f),
        r => reply(r.Rows, r.Failure));

    public void Published(IReadOnlyList<long> findings, Action<StoreFailure?> reply) => Do(s =>
    {
        foreach (var number in findings)
            s.Write("DELETE FROM findings WHERE number = $1", number);
    }, reply);

    public void PutLibrary(LibraryRow library, Action<StoreFailure?> reply) => Do(s => s.Write(
        """
        INSERT INTO libraries (version, path, activated_ms, words) VALUES ($1, $2, $3, $4)
        ON CONFLICT (version) DO UPDATE SET activated_ms = coalesce(excluded.activated_ms, libraries.activated_ms), words = coalesce(libraries.words, excluded.words)
        """, library.Version, library.Path, library.ActivatedMs, library.Words), reply);

    public void Prune(Prune what, Action<int, StoreFailure?> reply) => Enqueue<(int Rows, StoreFailure? Failure)>(
        SmallWrite,
        s =>
        {
            s.Write("DELETE FROM alert_nodes WHERE (number, cluster) IN (SELECT number, cluster FROM alerts WHERE cleared_ms < $1 ORDER BY number, cluster LIMIT $2)", what.AlertsBeforeMs, MostPruned);
            return (s.Write("DELETE FROM alerts WHERE (number, cluster) IN (SELECT number, cluster FROM alerts WHERE cleared_ms < $1 ORDER BY number, cluster LIMIT $2)", what.AlertsBeforeMs, MostPruned)
                + s.Write("DELETE FROM segments WHERE (node, start_ms) IN (SELECT node, start_ms FROM segments WHERE end_ms < $1 LIMIT $2)", what.SegmentsBeforeMs, MostPruned)
                + s.Write("DELETE FROM jobs WHERE rowid IN (SELECT rowid FROM jobs WHERE end_ms < $1 LIMIT $2)", what.JobsBeforeMs, MostPruned)
                + s.Write("DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE at_ms < $1 LIMIT $2)", what.DeadLettersBeforeMs, MostPruned), null);
        },
        (f, _) => (0, f),
        r => reply(r.Rows, r.Failure));

    public void AddVerdict(Verdict verdict, Action<long, StoreFailure?> reply) => Enqueue<(long Number, StoreFailure? Failure)>(
        SmallWrite, s => (VerdictStatements.Add(s, verdict), null), (f, _) => (0, f), r => reply(r.Number, r.Failure));

    public void UndoVerdict(long number, long atMs, string by, Action<StoreFailure?> reply) => Do(s => VerdictStatements.Undo(s, number, atMs, by), reply);

    public void ToldVerdict(long number, bool undone, Action<StoreFailure?> reply) => Do(s => VerdictStatements.Told(s, number, undone), reply);

    public IReadOnlyList<StoredVerdict> Verdicts(VerdictQuery query) => Read(s => VerdictStatements.Find(s, query));

    public StoredVerdict? Verdict(long number) => Read(s => VerdictStatements.Find(s, number));

    public long NextSession(long atLeast)
    {
        var given = new TaskCompletionSource<(long Session, StoreFailure? Failure)>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue<(long Session, StoreFailure? Failure)>(
            SmallWrite,
            s =>
            {
                s.Write(
                    "INSERT INTO meta (name, value) VALUES ('session', CAST($1 AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = CAST(max(CAST(value AS INTEGER) + 1, $1) AS TEXT)", atLeast);
                return (s.Number("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'session'")!.Value, null);
            },
            (f, _) => (0, f),
            given.SetResult);
        var (session, failure) = given.Task.GetAwaiter().GetResult();
        return failure is null ? session : throw new StoreException(failure);
    }

    public void BindLog(string identity)
    {
        var bound = new TaskCompletionSource<StoreFailure?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Do(s => s.Write("INSERT INTO meta (name, value) VALUES ('log', $1) ON CONFLICT (name) DO NOTHING", identity), bound.SetResult);
        if (bound.Task.GetAwaiter().GetResult() is { } failure)
            throw new StoreException(failure);
        CommitChecks.SameLog(Read(s => s.Rows("SELECT value FROM meta WHERE name = 'log'", r => r.GetString(0))[0]), identity);
    }

    public IReadOnlyList<OutboxEntry> DueOutbox(string sink, long nowMs, int limit) => Read(s => SqliteQueries.DueOutbox(s, sink, nowMs, limit));

    public OutboxEntry? NewestOutbox(string sink, string alert) => Read(s => SqliteQueries.NewestOutbox(s, sink, alert));

    public IReadOnlyList<PendingFinding> PendingFindings(int limit) => Read(s => SqliteQueries.PendingFindings(s, limit));

    public IReadOnlyList<Alert> Alerts(AlertQuery query) => Read(s => SqliteQueries.Alerts(s, query));

    public Alert? Alert(AlertId id) => Read(s => SqliteQueries.Alert(s, id));

    public IReadOnlyList<SegmentRow> Segments(SegmentQuery query) => Read(s => SqliteQueries.Segments(s, query));

    public IReadOnlyList<JobEvent> Jobs(JobQuery query) => Read(s => SqliteQueries.Jobs(s, query));

    public IReadOnlyList<DeadLetter> DeadLetters(int limit) => Read(s => SqliteQueries.DeadLetters(s, limit));

    public IReadOnlyList<AbandonedEntry> Abandoned(int limit) => Read(s => SqliteQueries.Abandoned(s, limit));

    public IReadOnlyList<StoredShard> Shards() => Read(SqliteQueries.Shards);

    public IReadOnlyList<Label> Labels(LabelQuery query) => Read(s => LabelStatements.Find(s, query));

    public void AddLabel(Label label, Action<long, StoreFailure?> reply) => Enqueue<(long Number, StoreFailure? Failure)>(
        SmallWrite, s => (LabelStatements.Add(s, label), null), (f, _) => (0, f), r => reply(r.Number, r.Failure));

    public void UndoLabel(long number, long atMs, string by, Action<StoreFailure?> reply) => Do(s => LabelStatements.Undo(s, number, atMs, by), reply);

    public IReadOnlyList<LibraryRow> Libraries() => Read(SqliteQueries.Libraries);

    public IReadOnlyDictionary<string, long> OutboxDepth() => Read(SqliteQueries.OutboxDepth);

    /// <summary>Writes what waits, and lets the file go.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        // Behind all that waits. What is being tried now has not ended the process; where this cannot be written it counts.
        Do(s => s.Write("UPDATE attempts SET spared = 1 WHERE NOT spared"), _ => { });
        _writer.Stop(StopLimit);
        _reader.Dispose();
        _parts.Dispose();
        _lock.Dispose();
    }

    internal static SqliteStore Open(string path, StoreSync sync, TimeProvider time, IReadOnlyList<string> migrations, Action<StorePoint>? fault)
    {
        var file = new SqliteFile(path, sync);
        FileStream held;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // An advisory lock of the operating system, which falls with the process however it ends.
            held = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(new StoreBroken($"the database '{path}' is in use by another process, or cannot be locked: {e.Message}"), e);
        }
        SqliteConnection? connection = null;
        try
        {
            connection = file.OpenToWrite();
            Migrations.Run(connection, migrations, time.GetUtcNow().ToUnixTimeMilliseconds(), path);
            return new SqliteStore(file, held, new SqliteSession(connection) { Fault = fault }, fault);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            held.Dispose();
            if (e is SqliteException failure)
                throw new StoreException(SqliteFailures.Of(failure, path), failure);
            throw;
        }
    }

    private static long SizeOf(ShardCommit commit) =>
        SmallWrite + commit.Nodes.Sum(n => (long)n.Bytes.Length) + commit.Rows.Sum(r => (long)r.Bytes.Length) + commit.Parts.Sum(p => (long)p.Bytes.Length)
        + commit.Findings.Sum(f => (long)f.Payload.Length) + commit.Outbox.Sum(o => (long)o.Payload.Length) + commit.Alerts.Count * SmallWrite;

    private void Do(Action<SqliteSession> write, Action<StoreFailure?> reply) => Enqueue<StoreFailure?>(
        SmallWrite,
        s =>
        {
            write(s);
            return null;
        },
        (f, _) => f,
        reply);

    private void Enqueue<T>(long bytes, Func<SqliteSession, T> write, Func<StoreFailure, bool, T> failed, Action<T> reply) =>
        _writer.Enqueue(new StoreWrite<T>(bytes, write, failed, reply));

    private T Read<T>(Func<SqliteSession, T> read) => _reader.Read(read);
}
