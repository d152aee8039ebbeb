namespace Tocsin.Actors.Persistence.Sqlite;

/// <summary>Times are unix milliseconds; a node is "cluster/name". docs/FORMATS.md names the tables.</summary>
internal static class Schema
{
    /// <summary>Released: a change is a new version.</summary>
    public const string Version1 = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE shards (
          id INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL,
          epoch INTEGER NOT NULL, next_offset INTEGER NOT NULL,
          UNIQUE (topic, partition));

        CREATE TABLE node_rows (
          shard INTEGER NOT NULL REFERENCES shards (id), node TEXT NOT NULL,
          applied_offset INTEGER NOT NULL, bytes BLOB NOT NULL,
          PRIMARY KEY (shard, node));

        CREATE TABLE shard_rows (
          shard INTEGER NOT NULL REFERENCES shards (id), name TEXT NOT NULL, bytes BLOB NOT NULL,
          PRIMARY KEY (shard, name));

        CREATE TABLE counters (
          shard INTEGER NOT NULL REFERENCES shards (id), name TEXT NOT NULL, value INTEGER NOT NULL,
          PRIMARY KEY (shard, name)) WITHOUT ROWID;

        CREATE TABLE attempts (
          shard INTEGER NOT NULL REFERENCES shards (id), record_offset INTEGER NOT NULL, attempts INTEGER NOT NULL,
          PRIMARY KEY (shard, record_offset)) WITHOUT ROWID;

        CREATE TABLE dead_letters (
          id INTEGER PRIMARY KEY, shard INTEGER NOT NULL REFERENCES shards (id),
          record_offset INTEGER NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL);

        CREATE TABLE findings (
          number INTEGER PRIMARY KEY AUTOINCREMENT, shard INTEGER NOT NULL REFERENCES shards (id),
          key TEXT NOT NULL, payload BLOB NOT NULL);

        CREATE TABLE alerts (
          number INTEGER NOT NULL, cluster TEXT NOT NULL, revision INTEGER NOT NULL, cause_key TEXT NOT NULL,
          job TEXT, kind INTEGER NOT NULL, severity INTEGER NOT NULL,
          raised_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, cleared_ms INTEGER, bytes BLOB NOT NULL,
          PRIMARY KEY (number, cluster));
        CREATE INDEX alerts_by_job ON alerts (job, number) WHERE job IS NOT NULL;
        CREATE INDEX alerts_open ON alerts (number) WHERE cleared_ms IS NULL;
        CREATE INDEX alerts_over ON alerts (cleared_ms) WHERE cleared_ms IS NOT NULL;
        CREATE TABLE alert_nodes (node TEXT NOT NULL, number INTEGER NOT NULL, cluster TEXT NOT NULL, PRIMARY KEY (node, number, cluster)) WITHOUT ROWID;
        CREATE INDEX alert_nodes_by_alert ON alert_nodes (number, cluster);

        CREATE TABLE outbox (
          number INTEGER PRIMARY KEY AUTOINCREMENT, sink TEXT NOT NULL, alert TEXT NOT NULL, revision INTEGER NOT NULL,
          payload BLOB NOT NULL, created_ms INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due_ms INTEGER NOT NULL, why TEXT,
          UNIQUE (sink, alert, revision));
        CREATE INDEX outbox_due ON outbox (sink, due_ms);
        CREATE TABLE outbox_abandoned (
          number INTEGER PRIMARY KEY, sink TEXT NOT NULL, alert TEXT NOT NULL, revision INTEGER NOT NULL,
          payload BLOB NOT NULL, created_ms INTEGER NOT NULL, attempts INTEGER NOT NULL, why TEXT NOT NULL, at_ms INTEGER NOT NULL);

        CREATE TABLE segments (
          node TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER, jobs BLOB NOT NULL, pattern INTEGER, library INTEGER NOT NULL,
          PRIMARY KEY (node, start_ms)) WITHOUT ROWID;
        CREATE INDEX segments_by_end ON segments (end_ms);

        CREATE TABLE jobs (
          job_id TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER, source INTEGER NOT NULL, as_of_ms INTEGER NOT NULL, bytes BLOB NOT NULL,
          PRIMARY KEY (job_id, start_ms));
        CREATE INDEX jobs_by_time ON jobs (start_ms DESC, job_id DESC);
        CREATE INDEX jobs_by_end ON jobs (end_ms);

        CREATE TABLE libraries (version INTEGER PRIMARY KEY, path TEXT NOT NULL, activated_ms INTEGER);
        """;

    /// <summary>The epoch that an attempt was last counted under.</summary>
    public const string Version2 = "ALTER TABLE attempts ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;";

    /// <summary>told: 0 the log has nothing of it, 1 as given, 2 as undone.</summary>
    public const string Version3 = """
        CREATE TABLE verdicts (
          number INTEGER PRIMARY KEY AUTOINCREMENT, cluster TEXT NOT NULL, alert INTEGER NOT NULL, word INTEGER NOT NULL,
          until_ms INTEGER, undone_ms INTEGER, undone_by TEXT, told INTEGER NOT NULL DEFAULT 0,
          muted INTEGER NOT NULL DEFAULT 0, muted_ms INTEGER, bytes BLOB NOT NULL);
        CREATE INDEX verdicts_by_alert ON verdicts (alert, cluster);
        CREATE INDEX verdicts_untold ON verdicts (number) WHERE told = 0 OR (told = 1 AND undone_ms IS NOT NULL);
        """;

    /// <summary>The heads of segments apart from what is loaded at start. Those that an older program stored are left out: such a segment keeps the match that it has.</summary>
    public const string Version4 = """
        CREATE TABLE shard_parts (
          shard INTEGER NOT NULL REFERENCES shards (id), number INTEGER NOT NULL, bytes BLOB NOT NULL,
          PRIMARY KEY (shard, number));
        DELETE FROM shard_rows WHERE name LIKE 'head/%';
        """;

    /// <summary>The attempt that was noted last does not count for its record: it was tried with others, or the store was closed in order.</summary>
    public const string Version5 = "ALTER TABLE attempts ADD COLUMN spared INTEGER NOT NULL DEFAULT 0;";

    /// <summary>kind: null = normal. words: what a version was made of and by whom.</summary>
    public const string Version6 = """
        CREATE TABLE labels (
          number INTEGER PRIMARY KEY AUTOINCREMENT, node TEXT NOT NULL, from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, kind INTEGER,
          who TEXT NOT NULL, note TEXT NOT NULL, given_ms INTEGER NOT NULL, undone_ms INTEGER, undone_by TEXT);
        CREATE INDEX labels_by_node ON labels (node, from_ms);
        ALTER TABLE libraries ADD COLUMN words TEXT;
        """;
}
