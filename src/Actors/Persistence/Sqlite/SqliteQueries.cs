using System.Globalization;
using Microsoft.Data.Sqlite;
using Tocsin.Actors.Log;
using Tocsin.Ingest.Segments;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>What is asked of the database, in SQL. Parameters that are null stand for "any".</summary>
internal static class SqliteQueries
{
    public static IReadOnlyList<Alert> Alerts(SqliteSession session, AlertQuery query)
    {
        // A text for each combination: an OR with a null would keep SQLite from the index.
        var sql = "SELECT bytes FROM alerts" + (query.Node is null ? "" : " JOIN alert_nodes USING (number, cluster)") +
            " WHERE alerts.number < $1 AND raised_ms < $2" +
            (query.FromMs is null ? "" : " AND (cleared_ms IS NULL OR cleared_ms >= $3)") +
            (query.Node is null ? "" : " AND node = $4") +
            (query.Job is null ? "" : " AND job = $5") +
            (query.Kind is null ? "" : " AND kind = $6") +
            (query.AtLeast is null ? "" : " AND severity >= $7") +
            (query.Open is not { } open ? "" : open ? " AND cleared_ms IS NULL" : " AND cleared_ms IS NOT NULL") +
            " ORDER BY alerts.number DESC, alerts.cluster LIMIT $8";
        return session.Rows(
            sql, Alert, query.Before ?? long.MaxValue, query.UntilMs ?? long.MaxValue, query.FromMs, query.Node, query.Job, (int?)query.Kind, (int?)query.AtLeast,
            Math.Clamp(query.Limit, 1, AlertQuery.MaxLimit));
    }

    public static Alert? Alert(SqliteSession session, AlertId id) =>
        session.Rows("SELECT bytes FROM alerts WHERE number = $1 AND cluster = $2", Alert, id.Number, id.Cluster).FirstOrDefault();

    /// <summary><see cref="RunTolerance.Covers"/>, in SQL.</summary>
    private static readonly string NotCovered = string.Create(CultureInfo.InvariantCulture,
        $"""
         AND NOT EXISTS (SELECT 1 FROM jobs AS higher WHERE higher.job_id = jobs.job_id AND higher.source > jobs.source AND CASE
           WHEN jobs.start_ms < higher.start_ms THEN higher.start_ms - jobs.start_ms <= {RunTolerance.BeforeStartMs}
           ELSE higher.end_ms IS NULL OR jobs.start_ms <= higher.end_ms + {RunTolerance.AfterEndMs} END)
        """);

    public static IReadOnlyList<SegmentRow> Segments(SqliteSession session, SegmentQuery query)
    {
        var sql = "SELECT node, start_ms, end_ms, jobs, pattern, library FROM segments WHERE start_ms < $1 AND (end_ms IS NULL OR end_ms > $2) AND (node, start_ms) > ($3, $4)" +
            (query.Node is null ? "" : " AND node = $5") +
            " ORDER BY node, start_ms LIMIT $6";
        return session.Rows(
            sql,
            r => new SegmentRow(NodeText.Parse(r.GetString(0)), r.GetInt64(1), Optional(r, 2), JobKeys.Read(r.GetFieldValue<byte[]>(3)), (int?)Optional(r, 4), r.GetInt64(5)),
            query.UntilMs ?? long.MaxValue, query.FromMs ?? long.MinValue, query.After?.Node.ToString() ?? "", query.After?.StartMs ?? 0, query.Node?.ToString(), query.Limit);
    }

    /// <remarks>What was said stays in the table, and which words are on one run is worked out as they are read: the order in which they came changes nothing.</remarks>
    public static IReadOnlyList<JobEvent> Jobs(SqliteSession session, JobQuery query)
    {
        var sql = "SELECT bytes FROM jobs WHERE start_ms < $1 AND (end_ms IS NULL OR end_ms > $2) AND (start_ms, job_id) < ($3, $4)" + NotCovered +
            (query.JobId is null ? "" : " AND job_id = $5") +
            " ORDER BY start_ms DESC, job_id DESC LIMIT $6";
        return session.Rows(
            sql,
            r => Wired<JobEvent>(r, "a job"),
            query.UntilMs ?? long.MaxValue, query.FromMs ?? long.MinValue, query.After?.StartMs ?? long.MaxValue, query.After?.JobId ?? "", query.JobId, query.Limit);
    }

    /// <remarks>The lowest revision that waits of each alert, if it is due: what stands behind it waits with it.</remarks>
    public static IReadOnlyList<OutboxEntry> DueOutbox(SqliteSession session, string sink, long nowMs, int limit) => session.Rows(
        """
        SELECT number, sink, alert, revision, payload, created_ms, attempts, why FROM outbox AS o
        WHERE sink = $1 AND due_ms <= $2 AND NOT EXISTS (SELECT 1 FROM outbox AS p WHERE p.sink = o.sink AND p.alert = o.alert AND p.revision < o.revision)
        ORDER BY number LIMIT $3
        """,
        r => Entry(r), sink, nowMs, limit);

    public static OutboxEntry? NewestOutbox(SqliteSession session, string sink, string alert) => session.Rows(
        "SELECT number, sink, alert, revision, payload, created_ms, attempts, why FROM outbox WHERE sink = $1 AND alert = $2 ORDER BY revision DESC LIMIT 1",
        r => Entry(r), sink, alert).FirstOrDefault();

    public static IReadOnlyList<PendingFinding> PendingFindings(SqliteSession session, int limit) => session.Rows(
        "SELECT number, topic, partition, key, payload FROM findings JOIN shards ON shards.id = findings.shard ORDER BY number LIMIT $1",
        r => new PendingFinding(r.GetInt64(0), new TopicPartition(r.GetString(1), r.GetInt32(2)), r.GetString(3), r.GetFieldValue<byte[]>(4)), limit);

    public static IReadOnlyList<DeadLetter> DeadLetters(SqliteSession session, int limit) => session.Rows(
        "SELECT topic, partition, record_offset, reason, at_ms FROM dead_letters JOIN shards ON shards.id = dead_letters.shard ORDER BY dead_letters.id DESC LIMIT $1",
        r => new DeadLetter(new TopicPartition(r.GetString(0), r.GetInt32(1)), r.GetInt64(2), r.GetString(3), r.GetInt64(4)), limit);

    public static IReadOnlyList<AbandonedEntry> Abandoned(SqliteSession session, int limit) => session.Rows(
        "SELECT number, sink, alert, revision, payload, created_ms, attempts, why, at_ms FROM outbox_abandoned ORDER BY at_ms DESC, number DESC LIMIT $1",
        r => new AbandonedEntry(Entry(r), r.GetString(7), r.GetInt64(8)), limit);

    public static IReadOnlyList<StoredShard> Shards(SqliteSession session) => session.Rows(
        "SELECT topic, partition, epoch, next_offset FROM shards ORDER BY topic, partition", r => new StoredShard(new TopicPartition(r.GetString(0), r.GetInt32(1)), r.GetInt64(2), r.GetInt64(3)));

    public static IReadOnlyList<LibraryRow> Libraries(SqliteSession session) => session.Rows(
        "SELECT version, path, activated_ms, words FROM libraries ORDER BY version", r => new LibraryRow(r.GetInt64(0), r.GetString(1), Optional(r, 2), r.IsDBNull(3) ? null : r.GetString(3)));

    public static IReadOnlyDictionary<string, long> OutboxDepth(SqliteSession session) => session
        .Rows("SELECT sink, count(*) FROM outbox GROUP BY sink", r => (Sink: r.GetString(0), Count: r.GetInt64(1)))
        .ToDictionary(r => r.Sink, r => r.Count, StringComparer.Ordinal);

    private static OutboxEntry Entry(SqliteDataReader r) =>
        new(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.GetFieldValue<byte[]>(4), r.GetInt64(5), r.GetInt32(6), r.IsDBNull(7) ? null : r.GetString(7));

    private static Alert Alert(SqliteDataReader r) => Wired<Alert>(r, "an alert");

    private static T Wired<T>(SqliteDataReader r, string what)
        where T : IWire<T> =>
        WireBytes.TryRead<T>(r.GetFieldValue<byte[]>(0), out var value, out var failure)
            ? value
            : throw new StoreException(new StoreCorrupt($"the database has {what} that cannot be read: {failure}"));

    private static long? Optional(SqliteDataReader r, int column) => r.IsDBNull(column) ? null : r.GetInt64(column);
}
