using Microsoft.Data.Sqlite;

namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>The one thread that writes. What came while it wrote goes to the disk together, with one sync; each write stands in a savepoint, so that one
/// that is refused takes none of the others with it.</summary>
internal sealed class SqliteWriter
{
    private const int MostWaiting = 10_000;
    private const long MostWaitingBytes = 256L << 20;
    private const int MostTogether = 256;
    private const long MostBytesTogether = 32L << 20;

    private readonly SqliteFile _file;
    private readonly Action<StorePoint>? _fault;
    private readonly Thread _thread;
    private readonly object _lock = new();
    private readonly Queue<StoreWrite> _waiting = new();
    private long _waitingBytes;
    private bool _stopping;
    private volatile bool _dead;
    private SqliteSession? _session;

    public SqliteWriter(SqliteFile file, SqliteSession session, Action<StorePoint>? fault)
    {
        _file = file;
        _session = session;
        _fault = fault;
        _thread = new Thread(Work) { IsBackground = true, Name = "tocsin-store" };
        _thread.Start();
    }

    /// <summary>It was made to crash.</summary>
    public bool Dead => _dead;

    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    public void Enqueue(StoreWrite write)
    {
        StoreFailure? refused = null;
        lock (_lock)
        {
            if (_stopping)
                refused = new StoreClosed();
            else if (_waiting.Count >= MostWaiting || _waitingBytes + write.Bytes > MostWaitingBytes)
                refused = new StoreBusy($"{_waiting.Count} writes of {_waitingBytes >> 20} MiB are waiting, the maximum");
            else
            {
                _waiting.Enqueue(write);
                _waitingBytes += write.Bytes;
                if (_waiting.Count == 1)
                    Monitor.Pulse(_lock);
            }
        }
        if (refused is not null)
            write.Fail(refused, unknown: false);
    }

    /// <summary>Writes what waits, then ends.</summary>
    public bool Stop(TimeSpan limit)
    {
        lock (_lock)
        {
            _stopping = true;
            Monitor.Pulse(_lock);
        }
        return _thread.Join(limit);
    }

    private void Work()
    {
        var together = new List<StoreWrite>();
        try
        {
            while (Take(together))
            {
                Write(together);
                together.Clear();
            }
        }
        catch (StoreCrash)
        {
            _dead = true;
        }
        _session?.Dispose();
        _session = null;
    }

    private bool Take(List<StoreWrite> together)
    {
        lock (_lock)
        {
            while (_waiting.Count == 0)
            {
                if (_stopping)
                    return false;
                Monitor.Wait(_lock);
            }
            var bytes = 0L;
            while (together.Count < MostTogether && bytes < MostBytesTogether && _waiting.TryDequeue(out var next))
            {
                together.Add(next);
                bytes += next.Bytes;
                _waitingBytes -= next.Bytes;
            }
            return true;
        }
    }

    private void Write(List<StoreWrite> together)
    {
        var applied = new List<StoreWrite>(together.Count);
        var refused = 0;
        try
        {
            _fault?.Invoke(StorePoint.BeforeBegin);
            _session ??= new SqliteSession(_file.OpenToWrite()) { Fault = _fault };
            _session.Control("BEGIN IMMEDIATE");
            foreach (var write in together)
            {
                if (Apply(_session, write) is { } why)
                {
                    write.Fail(why, unknown: false);
                    refused++;
                }
                else
                {
                    applied.Add(write);
                }
            }
            _fault?.Invoke(StorePoint.BeforeCommit);
        }
        catch (SqliteException e)
        {
            // Nothing is committed. What the transaction left behind goes with the connection.
            Drop();
            var failure = SqliteFailures.Of(e, _file.Path);
            foreach (var write in applied)
                write.Fail(failure, unknown: false);
            foreach (var write in together.Skip(applied.Count + refused))
                write.Fail(failure, unknown: false);
            return;
        }
        try
        {
            _fault?.Invoke(StorePoint.InCommit);
            _session.Control("COMMIT");
            _fault?.Invoke(StorePoint.AfterCommit);
        }
        catch (SqliteException e)
        {
            // A lock is refused before anything is done; any other failure may have come after the point of no return.
            var unknown = !SqliteFailures.IsBusy(e);
            Drop();
            var failure = SqliteFailures.Of(e, _file.Path);
            foreach (var write in applied)
                write.Fail(failure, unknown);
            return;
        }
        foreach (var write in applied)
            write.Answer();
    }

    /// <returns>Null, or why this one alone is not in the transaction: a bug of who asked.</returns>
    private static StoreBroken? Apply(SqliteSession session, StoreWrite write)
    {
        session.Control("SAVEPOINT one");
        try
        {
            write.Apply(session);
            session.Control("RELEASE one");
            return null;
        }
        catch (Exception e) when (e is not StoreCrash && (e is not SqliteException s || SqliteFailures.IsOfStatement(s)))
        {
            session.Control("ROLLBACK TO one");
            session.Control("RELEASE one");
            return new StoreBroken($"a write was refused: {e.Message}");
        }
    }

    /// <summary>The next write opens a new connection: this one's state is not to be reasoned about.</summary>
    private void Drop()
    {
        _session?.Dispose();
        _session = null;
    }
}
