using Microsoft.Data.Sqlite;

namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>SQLite's result codes (sqlite.org/rescode.html) as failures of the store.</summary>
internal static class SqliteFailures
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int Mismatch = 20;
    private const int NotADatabase = 26;

    public static StoreFailure Of(SqliteException failure, string file) => failure.SqliteErrorCode switch
    {
        Busy or Locked => new StoreBusy($"the database '{file}' is locked by another connection"),
        Full => new StoreFull($"the disk of the database '{file}' is full: free space"),
        Corrupt => new StoreCorrupt($"the database '{file}' is damaged ({failure.Message}); restore a copy, or check it with 'sqlite3 {Path.GetFileName(file)} \".recover\"'"),
        NotADatabase => new StoreCorrupt($"'{file}' is no database"),
        _ => new StoreBroken($"the database '{file}' failed: {failure.Message}"),
    };

    /// <summary>The statement alone failed and the transaction goes on.</summary>
    public static bool IsOfStatement(SqliteException failure) => failure.SqliteErrorCode is TooBig or Constraint or Mismatch;

    /// <summary>A COMMIT that found the database locked was not carried out.</summary>
    public static bool IsBusy(SqliteException failure) => failure.SqliteErrorCode is Busy or Locked;
}
