using System.Globalization;
using System.Text;
using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Sqlite;
using Tocsin.Shared;

namespace Tocsin.Integration.Storage;

/// <summary>The test project as a program of its own: something that can be killed while it writes. It prints what was answered, a line each.</summary>
internal static class ChildProgram
{
    public static LogOptions LogOptions { get; } = new() { Topics = new Dictionary<string, int> { ["t"] = 2 }, SegmentBytes = 1 << 20, MaxRecordBytes = 100_000 };

    public static TopicPartition Shard { get; } = new("t", 0);

    public static int Main(string[] args)
    {
        switch (args)
        {
            case ["append", var folder]:
                Append(folder);
                return 0;
            case ["commit", var file]:
                Commit(file);
                return 0;
            default:
                Console.Error.WriteLine("this program is run by tests");
                return 2;
        }
    }

    /// <summary>A record's payload: its partition and number, repeated to a length that the number gives.</summary>
    public static string Payload(int partition, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{partition}:{number}:") + new string((char)('a' + number % 26), (int)(number * 37 % 3000));

    private static void Append(string folder)
    {
        using var log = FileLog.Open(folder, LogOptions, TimeProvider.System);
        var producers = Enumerable.Range(0, 2).Select(partition => new Thread(() =>
        {
            var at = new TopicPartition("t", partition);
            while (true)
            {
                var next = log.Bounds(at).Next;
                var group = new AppendGroup();
                for (var i = 0; i < 50; i++)
                    group.Append(log, at, new LogEntry("k"u8, 1, Encoding.ASCII.GetBytes(Payload(partition, next + i))));
                if (group.WhenAll().GetAwaiter().GetResult() is { } failure)
                    throw new InvalidOperationException(failure.Message);
                lock (log)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{partition} {next + 50}"));
            }
        })).ToList();
        producers.ForEach(p => p.Start());
        producers.ForEach(p => p.Join());
    }

    private static void Commit(string file)
    {
        using var store = SqliteStore.Open(file, StoreSync.Normal, TimeProvider.System);
        var acquired = (Acquired)store.AcquireAsync(Shard).GetAwaiter().GetResult();
        for (var next = acquired.NextOffset + 1; ; next++)
        {
            var commit = new ShardCommit
            {
                Shard = Shard,
                Epoch = acquired.Epoch,
                NextOffset = next,
                Nodes = [.. Enumerable.Range(0, 5).Select(n => new NodeRow(new NodeKey("room", $"cn{n}"), next - 1, Encoding.ASCII.GetBytes(Payload(n, next))))],
                Counters = [new Counter("c", next)],
                Outbox = [new NewOutboxEntry("s", $"a{next}", 1, new byte[] { 1 }, 0)],
            };
            if (store.CommitAsync(commit).GetAwaiter().GetResult() is not Committed)
                throw new InvalidOperationException("a commit was not taken");
            Console.WriteLine(next.ToString(CultureInfo.InvariantCulture));
        }
    }
}
