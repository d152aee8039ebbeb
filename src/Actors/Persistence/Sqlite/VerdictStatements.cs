using Microsoft.Data.Sqlite;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>Verdicts, in SQL.</summary>
internal static class VerdictStatements
{
    private const string Columns = "SELECT number, told, undone_ms, undone_by, muted, muted_ms, bytes FROM verdicts";
    private const string Untold = "(told = 0 OR (told = 1 AND undone_ms IS NOT NULL))";

    public static long Add(SqliteSession session, Verdict verdict)
    {
        session.Write(
            "INSERT INTO verdicts (cluster, alert, word, until_ms, bytes) VALUES ($1, $2, $3, $4, $5)",
            verdict.Alert.Cluster, verdict.Alert.Number, (int)verdict.Word, verdict.UntilMs, WireBytes.Of(verdict));
        return session.Number("SELECT last_insert_rowid()")!.Value;
    }

    public static void Undo(SqliteSession session, long number, long atMs, string by) =>
        session.Write("UPDATE verdicts SET undone_ms = $2, undone_by = $3 WHERE number = $1 AND undone_ms IS NULL", number, atMs, by);

    public static void Told(SqliteSession session, long number, bool undone) =>
        session.Write("UPDATE verdicts SET told = max(told, $2) WHERE number = $1", number, undone ? 2 : 1);

    public static StoredVerdict? Find(SqliteSession session, long number) => session.Rows(Columns + " WHERE number = $1", Read, number).FirstOrDefault();

    public static IReadOnlyList<StoredVerdict> Find(SqliteSession session, VerdictQuery query)
    {
        if (query.Alerts is { } alerts)
            return OfAlerts(session, query, alerts);
        return session.Rows(
            Columns + " WHERE number < $1" + Where(query) + " ORDER BY number DESC LIMIT $4",
            Read, query.Before ?? long.MaxValue, (int?)query.Word, query.StandingMs, query.Limit);
    }

    /// <summary>One question an alert: a page of them is read by the index in no time.</summary>
    private static IReadOnlyList<StoredVerdict> OfAlerts(SqliteSession session, VerdictQuery query, IEnumerable<AlertId> alerts) =>
    [
        .. alerts.SelectMany(a => session.Rows(
                Columns + " WHERE number < $1" + Where(query) + " AND alert = $5 AND cluster = $6 ORDER BY number DESC LIMIT $4",
                Read, query.Before ?? long.MaxValue, (int?)query.Word, query.StandingMs, query.Limit, a.Number, a.Cluster))
            .OrderByDescending(v => v.Verdict.Number).Take(query.Limit),
    ];

    private static string Where(VerdictQuery query) =>
        (query.Word is null ? "" : " AND word = $2") +
        (query.Untold ? $" AND {Untold}" : "") +
        (query.Standing is not { } standing ? "" : standing
            ? " AND undone_ms IS NULL AND (until_ms IS NULL OR until_ms > $3)"
            : " AND (undone_ms IS NOT NULL OR until_ms <= $3)");

    private static StoredVerdict Read(SqliteDataReader r)
    {
        if (!WireBytes.TryRead<Verdict>(r.GetFieldValue<byte[]>(6), out var verdict, out var failure))
            throw new StoreException(new StoreCorrupt($"the database has a verdict that cannot be read: {failure}"));
        var told = r.GetInt32(1);
        long? undone = r.IsDBNull(2) ? null : r.GetInt64(2);
        return new StoredVerdict(
            verdict with { Number = r.GetInt64(0), UndoneMs = undone, UndoneBy = r.IsDBNull(3) ? null : r.GetString(3) },
            told == 2 || (told == 1 && undone is null), r.GetInt64(4), r.IsDBNull(5) ? null : r.GetInt64(5));
    }
}
