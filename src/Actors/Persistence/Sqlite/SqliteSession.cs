using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>One connection with its prepared statements. One thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    public SqliteSession(SqliteConnection connection) => _connection = connection;

    /// <summary>Called before each write.</summary>
    public Action<StorePoint>? Fault { get; init; }

    /// <param name="sql">A constant: it is prepared once. Parameters are $1, $2 ...</param>
    /// <returns>Rows changed.</returns>
    public int Write(string sql, params ReadOnlySpan<object?> arguments)
    {
        Fault?.Invoke(StorePoint.BeforeWrite);
        return Bound(sql, arguments).ExecuteNonQuery();
    }

    /// <summary>Begins, ends or takes back a transaction.</summary>
    public void Control(string sql) => Bound(sql, []).ExecuteNonQuery();

    public long? Number(string sql, params ReadOnlySpan<object?> arguments) => Bound(sql, arguments).ExecuteScalar() as long?;

    public List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Bound(sql, arguments).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>As the binder wants it: the array itself where the memory is all of one.</summary>
    public static byte[] Blob(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Array!.Length == segment.Count ? segment.Array : bytes.ToArray();

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Bound(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= arguments.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _prepared.Add(sql, command);
        }
        for (var i = 0; i < arguments.Length; i++)
            command.Parameters[i].Value = arguments[i] ?? DBNull.Value;
        return command;
    }
}
