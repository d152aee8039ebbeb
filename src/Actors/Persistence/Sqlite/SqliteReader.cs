using Microsoft.Data.Sqlite;

namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>A connection that reads: opened when it is first asked, and anew after a failure. Any thread; one after another.</summary>
/// <param name="dead">The store was made to crash.</param>
internal sealed class SqliteReader(SqliteFile file, Func<bool> dead) : IDisposable
{
    private readonly Lock _lock = new();
    private SqliteSession? _session;
    private bool _disposed;

    /// <exception cref="StoreException"/>
    public T Read<T>(Func<SqliteSession, T> read)
    {
        lock (_lock)
        {
            if (_disposed || dead())
                throw new StoreException(new StoreClosed());
            try
            {
                return read(_session ??= new SqliteSession(file.OpenToRead()));
            }
            catch (SqliteException e)
            {
                _session?.Dispose();
                _session = null;
                throw new StoreException(SqliteFailures.Of(e, file.Path), e);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _session?.Dispose();
        }
    }
}
