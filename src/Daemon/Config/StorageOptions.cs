using Tocsin.Actors.Log;
using Tocsin.Actors.Nodes.Shard;
using Tocsin.Actors.Persistence.Sqlite;
using Tocsin.Ingest.Catalogues;

namespace Tocsin.Daemon.Config;

/// <summary>The sections <c>log</c> and <c>store</c>, and what runs between the two.</summary>
internal sealed record StorageOptions
{
    public required LogOptions Log { get; init; }

    public required StoreSync Sync { get; init; }

    /// <summary>Alerts, segments and runs that ended before are taken out of the store.</summary>
    public required TimeSpan KeepAlerts { get; init; }

    public required TimeSpan KeepSegments { get; init; }

    public required TimeSpan KeepJobs { get; init; }

    public required TimeSpan KeepDeadLetters { get; init; }

    /// <summary>How long a record may wait in the log while senders press.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>See <see cref="Actors.Nodes.Shard.NodeShardOptions.Spread"/>.</summary>
    public required TimeSpan RowsWithin { get; init; }

    /// <summary>Of inference.</summary>
    public required int Threads { get; init; }

    public static StorageOptions Read(ConfigReader r)
    {
        var log = r.Section("log");
        var store = r.Section("store");
        var usual = new LogOptions { Topics = LogTopics.Layout(8, 1) };
        var sync = log.Choice("fsync", LogSync.None, ("none", LogSync.None), ("group", LogSync.Group));
        var day = TimeSpan.FromDays(1);
        var within = store.Duration("rows_within", new NodeShardOptions { Catalogue = Catalogue.Default }.Spread, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1));
        var options = new StorageOptions
        {
            Log = usual with
            {
                // One shard of alerts: what has one cause can be seen as one only where all findings are.
                Topics = LogTopics.Layout(log.Whole("partitions", 8, 1, LogTopics.MaxPartitions, "partitions"), 1),
                Sync = sync,
                SegmentBytes = log.Bytes("segment_size", usual.SegmentBytes, 64 << 10, 1 << 30),
                SegmentAge = log.Duration("segment_age", usual.SegmentAge, TimeSpan.FromSeconds(1), day),
                RetentionAge = log.Duration("keep_for", usual.RetentionAge, 2 * within, TimeSpan.FromDays(30)),
                LeastAge = 2 * within,
                RetentionBytes = log.Bytes("keep_size", usual.RetentionBytes, 128 << 10, 1L << 40),
                MaxRecordBytes = (int)log.Bytes("max_record", usual.MaxRecordBytes, 1024, 64 << 20),
                MaxWaitingBytes = (int)log.Bytes("max_waiting", usual.MaxWaitingBytes, 1024, 512 << 20),
            },
            Sync = sync == LogSync.Group ? StoreSync.Full : StoreSync.Normal,
            KeepAlerts = store.Duration("keep_alerts", 365 * day, day, 3650 * day),
            KeepSegments = store.Duration("keep_segments", 90 * day, day, 3650 * day),
            KeepJobs = store.Duration("keep_jobs", 90 * day, day, 3650 * day),
            KeepDeadLetters = store.Duration("keep_dead_letters", 90 * day, day, 3650 * day),
            Patience = r.Section("remote_write").Duration("patience", TimeSpan.FromSeconds(15), TimeSpan.Zero, TimeSpan.FromMinutes(5)),
            RowsWithin = within,
            Threads = r.Section("threads").Whole("inference", Math.Max(1, Environment.ProcessorCount / 2), 1, 256, "threads"),
        };
        if (options.Log.RetentionBytes < 2 * options.Log.SegmentBytes)
            log.Problem("keep_size", $"{ByteSize.Text(options.Log.RetentionBytes)}, less than two of log.segment_size ({ByteSize.Text(options.Log.SegmentBytes)}): expected at least that");
        if (options.Log.MaxWaitingBytes < options.Log.MaxRecordBytes)
            log.Problem("max_waiting", $"{ByteSize.Text(options.Log.MaxWaitingBytes)}, less than log.max_record ({ByteSize.Text(options.Log.MaxRecordBytes)}): expected at least that");
        return options;
    }
}
