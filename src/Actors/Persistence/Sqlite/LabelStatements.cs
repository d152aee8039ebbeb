using Microsoft.Data.Sqlite;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>Labels, in SQL.</summary>
internal static class LabelStatements
{
    public static long Add(SqliteSession session, Label label)
    {
        session.Write(
            "INSERT INTO labels (node, from_ms, until_ms, kind, who, note, given_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            label.Node.ToString(), label.FromMs, label.UntilMs, (int?)label.Fault, label.Who, label.Note, label.GivenMs);
        return session.Number("SELECT last_insert_rowid()")!.Value;
    }

    public static void Undo(SqliteSession session, long number, long atMs, string by) =>
        session.Write("UPDATE labels SET undone_ms = $2, undone_by = $3 WHERE number = $1 AND undone_ms IS NULL", number, atMs, by);

    public static IReadOnlyList<Label> Find(SqliteSession session, LabelQuery query) => session.Rows(
        "SELECT number, node, from_ms, until_ms, kind, who, note, given_ms, undone_ms, undone_by FROM labels WHERE number < $1 AND until_ms > $2 AND from_ms < $3" +
        (query.Node is null ? "" : " AND node = $4") +
        (query.Fault is not { } fault ? "" : fault ? " AND kind IS NOT NULL" : " AND kind IS NULL") +
        (query.Standing is not { } standing ? "" : standing ? " AND undone_ms IS NULL" : " AND undone_ms IS NOT NULL") +
        " ORDER BY number DESC LIMIT $5",
        Read, query.Before ?? long.MaxValue, query.FromMs ?? long.MinValue, query.UntilMs ?? long.MaxValue, query.Node?.ToString(), query.Limit);

    private static Label Read(SqliteDataReader r) => new()
    {
        Number = r.GetInt64(0),
        Node = NodeText.Parse(r.GetString(1)),
        FromMs = r.GetInt64(2),
        UntilMs = r.GetInt64(3),
        Fault = r.IsDBNull(4) ? null : (FaultKind)r.GetInt32(4),
        Who = r.GetString(5),
        Note = r.GetString(6),
        GivenMs = r.GetInt64(7),
        UndoneMs = r.IsDBNull(8) ? null : r.GetInt64(8),
        UndoneBy = r.IsDBNull(9) ? null : r.GetString(9),
    };
}
