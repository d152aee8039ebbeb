using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>Brings a database from whatever version it has to the newest, one transaction a version; before that it is copied, so that the older program can be gone back to.</summary>
internal static class Migrations
{
    /// <summary>"TOCS": tools that look at SQLite files tell what it is.</summary>
    public const int ApplicationId = 0x544f4353;

    public static IReadOnlyList<string> All { get; } = [Schema.Version1, Schema.Version2, Schema.Version3, Schema.Version4, Schema.Version5, Schema.Version6];

    /// <param name="migrations">The first makes version 1. What was released is never changed.</param>
    /// <exception cref="StoreException">The file is of a newer program, or of another one, or its copy cannot be written.</exception>
    /// <exception cref="SqliteException">Also: there is no room for the copy.</exception>
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
            throw new StoreException(new StoreBroken($"'{file}' has version {version}, written by a newer program; this one knows {migrations.Count}: upgrade, or put '{CopyOf(file, migrations.Count)}' in its place, which was copied before"));
        if (version > 0 && version < migrations.Count)
            Copy(connection, CopyOf(file, version));
        for (; version < migrations.Count; version++)
        {
            using var transaction = connection.BeginTransaction();
            Execute(connection, migrations[version]);
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"INSERT INTO migrations (version, applied_ms) VALUES ({version + 1}, {nowMs})"));
            transaction.Commit();
        }
    }

    /// <summary>Where the database stands as it was at a version, once a newer program has taken it over.</summary>
    internal static string CopyOf(string file, int version) => string.Create(CultureInfo.InvariantCulture, $"{file}.version{version}");

    /// <summary>Whole or not at all: a copy that a full disk broke off is no copy, and nothing is migrated without one.</summary>
    private static void Copy(SqliteConnection connection, string to)
    {
        var part = to + ".part";
        try
        {
            File.Delete(part);
            using var command = connection.CreateCommand();
            command.CommandText = "VACUUM INTO $file";
            command.Parameters.AddWithValue("$file", part);
            command.ExecuteNonQuery();
            File.Move(part, to, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(new StoreBroken($"'{to}', the copy to go back to, cannot be written: {e.Message}"), e);
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
