using System.Diagnostics;
using System.Globalization;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Sqlite;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches;

/// <summary>The store in SQLite: commits of one shard one after another, and of 16 shards at once, which share transactions.</summary>
internal static class StoreBench
{
    public const string Summary = "the store in SQLite: commits/s of one shard and of 16, rows of 16 KiB; a file in the temporary folder";

    private const int RowBytes = 16 << 10;

    public static IReadOnlyDictionary<string, double> Run()
    {
        var figures = new Dictionary<string, double>();
        foreach (var sync in new[] { StoreSync.Normal, StoreSync.Full })
        {
            foreach (var shards in new[] { 1, 16 })
            {
                foreach (var rows in new[] { 0, 10 })
                {
                    var folder = Directory.CreateTempSubdirectory("tocsin-bench-").FullName;
                    try
                    {
                        Measure(Path.Combine(folder, "tocsin.db"), sync, shards, rows, figures);
                    }
                    finally
                    {
                        Directory.Delete(folder, recursive: true);
                    }
                }
            }
        }
        return figures;
    }

    private static void Measure(string file, StoreSync sync, int shards, int rows, Dictionary<string, double> figures)
    {
        using var store = SqliteStore.Open(file, sync, TimeProvider.System);
        var waits = new List<double>();
        var committed = 0;
        var since = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, shards).Select(p => new Thread(() =>
        {
            var mine = Shard(store, new TopicPartition(LogTopics.Samples, p), rows, TimeSpan.FromSeconds(4));
            lock (waits)
            {
                waits.AddRange(mine);
                committed += mine.Count;
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        waits.Sort();
        var name = string.Create(CultureInfo.InvariantCulture, $"{sync}_{shards}_shards_{rows}_rows").ToLowerInvariant();
        figures[$"commits_per_s_{name}"] = committed / seconds;
        figures[$"commit_p99_ms_{name}"] = waits[(int)(waits.Count * 0.99)];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"synchronous={sync,-6} {shards,2} shards, {rows,2} rows of {RowBytes >> 10} KiB: {committed / seconds,8:N0} commits/s {committed * (double)rows / seconds,8:N0} rows/s  p50 {waits[waits.Count / 2]:F2} ms, p99 {waits[(int)(waits.Count * 0.99)]:F2} ms"));
    }

    private static List<double> Shard(SqliteStore store, TopicPartition shard, int rows, TimeSpan length)
    {
        var acquired = (Acquired)store.AcquireAsync(shard).GetAwaiter().GetResult();
        var bytes = new byte[RowBytes];
        var waits = new List<double>();
        var since = Stopwatch.GetTimestamp();
        for (var next = 1L; Stopwatch.GetElapsedTime(since) < length; next++)
        {
            var began = Stopwatch.GetTimestamp();
            var commit = new ShardCommit
            {
                Shard = shard,
                Epoch = acquired.Epoch,
                NextOffset = next,
                Nodes = [.. Enumerable.Range(0, rows).Select(n => new NodeRow(new NodeKey("hpc", $"cn{(next * rows + n) % 625:D5}"), next, bytes))],
            };
            if (store.CommitAsync(commit).GetAwaiter().GetResult() is not Committed)
                throw new InvalidOperationException("a commit was not taken");
            waits.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        return waits;
    }
}
