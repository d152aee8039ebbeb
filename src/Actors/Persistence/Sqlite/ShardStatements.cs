using Tocsin.Actors.Log;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>What shards ask, in SQL. Each within a transaction.</summary>
internal static class ShardStatements
{
    public static AcquireResult Acquire(SqliteSession session, TopicPartition at)
    {
        session.Write("INSERT INTO shards (topic, partition, epoch, next_offset) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING", at.Topic, at.Partition);
        session.Write("UPDATE shards SET epoch = epoch + 1 WHERE topic = $1 AND partition = $2", at.Topic, at.Partition);
        var (shard, epoch, next) = session.Rows(
            "SELECT id, epoch, next_offset FROM shards WHERE topic = $1 AND partition = $2", r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), at.Topic, at.Partition)[0];
        var nodes = session.Rows(
            "SELECT node, applied_offset, bytes FROM node_rows WHERE shard = $1 ORDER BY node", r => new NodeRow(NodeText.Parse(r.GetString(0)), r.GetInt64(1), r.GetFieldValue<byte[]>(2)), shard);
        var rows = session.Rows("SELECT name, bytes FROM shard_rows WHERE shard = $1", r => (Name: r.GetString(0), Bytes: r.GetFieldValue<byte[]>(1)), shard);
        var counters = session.Rows("SELECT name, value FROM counters WHERE shard = $1", r => (Name: r.GetString(0), Value: r.GetInt64(1)), shard);
        var attempts = session.Number("SELECT attempts FROM attempts WHERE shard = $1 AND record_offset = $2", shard, next) ?? 0;
        return new Acquired(
            epoch,
            next,
            (int)attempts,
            nodes,
            rows.ToDictionary(r => r.Name, r => r.Bytes, StringComparer.Ordinal),
            counters.ToDictionary(c => c.Name, c => c.Value, StringComparer.Ordinal),
            (session.Number("SELECT max(number) FROM shard_parts WHERE shard = $1", shard) ?? 0) + 1);
    }

    public static byte[]? Part(SqliteSession session, TopicPartition at, long number) => session.Rows(
        "SELECT bytes FROM shard_parts JOIN shards ON shards.id = shard_parts.shard WHERE topic = $1 AND partition = $2 AND number = $3",
        r => r.GetFieldValue<byte[]>(0), at.Topic, at.Partition, number).FirstOrDefault();

    public static AttemptResult Attempt(SqliteSession session, TopicPartition at, long epoch, long offset, bool blameless, bool alone)
    {
        var (shard, current, _) = Find(session, at);
        if (current != epoch)
            return new AttemptFenced(current);
        session.Write(
            """
            INSERT INTO attempts (shard, record_offset, attempts, epoch, spared) VALUES ($1, $2, 1, $3, $5)
            ON CONFLICT (shard, record_offset) DO UPDATE SET attempts = attempts + (epoch <> excluded.epoch AND NOT $4 AND NOT spared), epoch = excluded.epoch, spared = excluded.spared
            """,
            shard, offset, epoch, blameless ? 1 : 0, alone ? 0 : 1);
        return new Attempted((int)session.Number("SELECT attempts FROM attempts WHERE shard = $1 AND record_offset = $2", shard, offset)!);
    }

    public static CommitResult Commit(SqliteSession session, ShardCommit commit)
    {
        // Read and written in one transaction that began by taking the write lock: nobody can acquire in between.
        var (shard, epoch, next) = Find(session, commit.Shard);
        if (epoch != commit.Epoch)
            return new Fenced(epoch);
        if (commit.NextOffset < next)
            return new CommitFailed(CommitChecks.Falls(commit, next));
        if (CommitChecks.Problem(commit) is { } problem)
            return new CommitFailed(problem);
        session.Write("UPDATE shards SET next_offset = $2 WHERE id = $1", shard, commit.NextOffset);
        if (session.Number("SELECT count(*) FROM attempts WHERE shard = $1 AND record_offset < $2", shard, commit.NextOffset) > 0)
            session.Write("DELETE FROM attempts WHERE shard = $1 AND record_offset < $2", shard, commit.NextOffset);
        WriteState(session, shard, commit);
        WriteOutgoing(session, shard, commit);
        WriteHistory(session, commit);
        foreach (var verdict in commit.Verdicts)
            session.Write("UPDATE verdicts SET muted = $2, muted_ms = $3 WHERE number = $1", verdict.Number, verdict.Muted, verdict.MutedMs);
        foreach (var letter in commit.DeadLetters)
            session.Write("INSERT INTO dead_letters (shard, record_offset, reason, at_ms) VALUES ($1, $2, $3, $4)", shard, letter.Offset, letter.Reason, letter.AtMs);
        return Committed.Instance;
    }

    private static void WriteState(SqliteSession session, long shard, ShardCommit commit)
    {
        foreach (var node in commit.RemovedNodes)
            session.Write("DELETE FROM node_rows WHERE shard = $1 AND node = $2", shard, node.ToString());
        foreach (var node in commit.Nodes)
            session.Write(
                """
                INSERT INTO node_rows (shard, node, applied_offset, bytes) VALUES ($1, $2, $3, $4)
                ON CONFLICT (shard, node) DO UPDATE SET applied_offset = excluded.applied_offset, bytes = excluded.bytes
                """,
                shard, node.Node.ToString(), node.AppliedOffset, SqliteSession.Blob(node.Bytes));
        foreach (var name in commit.RemovedRows)
            session.Write("DELETE FROM shard_rows WHERE shard = $1 AND name = $2", shard, name);
        foreach (var row in commit.Rows)
            session.Write(
                "INSERT INTO shard_rows (shard, name, bytes) VALUES ($1, $2, $3) ON CONFLICT (shard, name) DO UPDATE SET bytes = excluded.bytes",
                shard, row.Name, SqliteSession.Blob(row.Bytes));
        foreach (var number in commit.RemovedParts)
            session.Write("DELETE FROM shard_parts WHERE shard = $1 AND number = $2", shard, number);
        foreach (var part in commit.Parts)
            session.Write("INSERT INTO shard_parts (shard, number, bytes) VALUES ($1, $2, $3)", shard, part.Number, SqliteSession.Blob(part.Bytes));
        foreach (var counter in commit.Counters)
            session.Write(
                "INSERT INTO counters (shard, name, value) VALUES ($1, $2, $3) ON CONFLICT (shard, name) DO UPDATE SET value = excluded.value", shard, counter.Name, counter.Value);
    }

    private static void WriteOutgoing(SqliteSession session, long shard, ShardCommit commit)
    {
        foreach (var finding in commit.Findings)
            session.Write("INSERT INTO findings (shard, key, payload) VALUES ($1, $2, $3)", shard, finding.Key, SqliteSession.Blob(finding.Payload));
        foreach (var alert in commit.Alerts)
            Write(session, alert);
        foreach (var entry in commit.Outbox)
            session.Write(
                "INSERT INTO outbox (sink, alert, revision, payload, created_ms, due_ms) VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (sink, alert, revision) DO NOTHING",
                entry.Sink, entry.Alert, entry.Revision, SqliteSession.Blob(entry.Payload), entry.CreatedMs);
    }

    private static void Write(SqliteSession session, StoredAlert stored)
    {
        var alert = stored.Alert;
        var (number, cluster) = (alert.Id.Number, alert.Id.Cluster);
        var changed = session.Write(
            """
            INSERT INTO alerts (number, cluster, revision, cause_key, job, kind, severity, raised_ms, updated_ms, cleared_ms, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (number, cluster) DO UPDATE SET revision = excluded.revision, cause_key = excluded.cause_key, job = excluded.job, kind = excluded.kind,
              severity = excluded.severity, raised_ms = excluded.raised_ms, updated_ms = excluded.updated_ms, cleared_ms = excluded.cleared_ms, bytes = excluded.bytes
            WHERE excluded.revision > alerts.revision
            """,
            number, cluster, alert.Revision, stored.CauseKey, alert.Job?.JobId ?? alert.Labels.Job, (int)alert.Kind, (int)alert.Severity, alert.RaisedMs, alert.UpdatedMs, alert.ClearedMs, WireBytes.Of(alert));
        if (changed == 0)
            return;
        session.Write("DELETE FROM alert_nodes WHERE number = $1 AND cluster = $2", number, cluster);
        foreach (var node in alert.Nodes.Append(alert.Labels.Node).OfType<string>().Distinct(StringComparer.Ordinal))
            session.Write("INSERT INTO alert_nodes (node, number, cluster) VALUES ($1, $2, $3)", node, number, cluster);
    }

    private static void WriteHistory(SqliteSession session, ShardCommit commit)
    {
        foreach (var key in commit.RemovedSegments)
            session.Write("DELETE FROM segments WHERE node = $1 AND start_ms = $2", key.Node.ToString(), key.StartMs);
        foreach (var segment in commit.Segments)
            session.Write(
                """
                INSERT INTO segments (node, start_ms, end_ms, jobs, pattern, library) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (node, start_ms) DO UPDATE SET end_ms = excluded.end_ms, jobs = excluded.jobs, pattern = excluded.pattern, library = excluded.library
                """,
                segment.Node.ToString(), segment.StartMs, segment.EndMs, JobKeys.Write(segment.Jobs), segment.Pattern, segment.LibraryVersion);
        foreach (var job in commit.Jobs)
            session.Write(
                """
                INSERT INTO jobs (job_id, start_ms, end_ms, source, as_of_ms, bytes) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (job_id, start_ms) DO UPDATE SET end_ms = excluded.end_ms, source = excluded.source, as_of_ms = excluded.as_of_ms, bytes = excluded.bytes
                WHERE (excluded.source, excluded.as_of_ms) >= (jobs.source, jobs.as_of_ms)
                """,
                job.JobId, job.StartMs, job.EndMs, (int)job.Source, job.AsOfMs, WireBytes.Of(job));
    }

    private static (long Shard, long Epoch, long NextOffset) Find(SqliteSession session, TopicPartition at)
    {
        var found = session.Rows(
            "SELECT id, epoch, next_offset FROM shards WHERE topic = $1 AND partition = $2", r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), at.Topic, at.Partition);
        // Never acquired: no epoch fits.
        return found.Count == 0 ? (0, 0, 0) : found[0];
    }
}
