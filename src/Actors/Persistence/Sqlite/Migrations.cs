using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>Brings a database from whatever version it has to the newest, one transaction a version.</summary>
internal static class Migrations
{
    /// <summary>"TOCS": tools that look at SQLite files tell what it is.</summary>
    public const int ApplicationId = 0x544f4353;

    public static IReadOnlyList<string> All { get; } = [Schema.Version1, Schema.Version2, Schema.Version3, Schema.Version4, Schema.Version5, Schema.Version6];

    /// <param name="migrations">The first makes version 1. What was released is never changed.</param>
    /// <exception cref="StoreException">The file is of a newer program, or of another one.</exception>
    public static void Run(SqliteConnection connection, IReadOnlyList<string> migrations, long nowMs, string file)
    {
        if (Number(connection, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'") == 0)
        {
            if (Number(connection, "SELECT count(*) FROM sqlite_master") > 0)
                throw new StoreException(new StoreBroken($"'{file}' is a database, but none of Tocsin's; choose another folder"));
            Execute(connection, "CREATE TABLE migrations (version INTEGER PRIMARY KEY, applied_ms INTEGER NOT NULL) WITHOUT ROWID");
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}"));
        }
        var version = (int)Number(connection, "SELECT coalesce(max(version), 0) FROM migrations");
        if (version > migrations.Count)
            throw new StoreException(new StoreBroken($"'{file}' has version {version}, written by a newer program; this one knows {migrations.Count}: upgrade, or restore a copy from before"));
        for (; version < migrations.Count; version++)
        {
            using var transaction = connection.BeginTransaction();
            Execute(connection, migrations[version]);
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"INSERT INTO migrations (version, applied_ms) VALUES ({version + 1}, {nowMs})"));
            transaction.Commit();
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
