using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>How much a commit survives.</summary>
public enum StoreSync
{
    /// <summary><c>synchronous=NORMAL</c>: it survives <c>kill -9</c>; power loss may take the last commits, never a part of one.</summary>
    Normal = 0,

    /// <summary><c>synchronous=FULL</c>: it survives power loss.</summary>
    Full = 1,
}

/// <summary>The database file: opens connections to it.</summary>
internal sealed class SqliteFile(string path, StoreSync sync)
{
    static SqliteFile() => SQLitePCL.Batteries_V2.Init();

    public string Path { get; } = path;

    /// <exception cref="SqliteException"/>
    public SqliteConnection OpenToWrite()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        try
        {
            Pragma(connection, "journal_mode = WAL");
            Pragma(connection, sync == StoreSync.Full ? "synchronous = FULL" : "synchronous = NORMAL");
            Pragma(connection, "foreign_keys = ON");
            Pragma(connection, "temp_store = MEMORY");
            Pragma(connection, "cache_size = -32768");
            // 16 MiB of log before it is written back, and it is not kept larger than 64 MiB after a burst.
            Pragma(connection, "wal_autocheckpoint = 4096");
            Pragma(connection, string.Create(CultureInfo.InvariantCulture, $"journal_size_limit = {64 << 20}"));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <exception cref="SqliteException"/>
    public SqliteConnection OpenToRead()
    {
        var connection = Open(SqliteOpenMode.ReadWrite);
        Pragma(connection, "query_only = ON");
        return connection;
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Mode = mode, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Pragma(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA " + pragma;
        command.ExecuteNonQuery();
    }
}
