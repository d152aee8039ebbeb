using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;

namespace Tocsin.Daemon.Benches;

/// <summary>The log in files: records of a node's 100 samples, from several producers to 16 partitions, with and without sync; then read again.</summary>
internal static class LogBench
{
    public const string Summary = "the log in files: records/s appended and read, bytes a record; a folder below the temporary one";

    private const int Partitions = 16;
    private const int Producers = 2;
    private const int Payload = 1000;
    private const int PerRequest = 100;

    public static IReadOnlyDictionary<string, double> Run()
    {
        var figures = new Dictionary<string, double>();
        foreach (var (sync, records) in new[] { (LogSync.None, 1_000_000), (LogSync.Group, 100_000) })
        {
            var folder = Directory.CreateTempSubdirectory("tocsin-bench-").FullName;
            try
            {
                Measure(folder, sync, records, figures);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        return figures;
    }

    private static void Measure(string folder, LogSync sync, int records, Dictionary<string, double> figures)
    {
        var name = sync == LogSync.None ? "no_sync" : "group_sync";
        var topics = new Dictionary<string, int> { [LogTopics.Samples] = Partitions };
        using var log = FileLog.Open(folder, new LogOptions { Topics = topics, Sync = sync }, TimeProvider.System);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var since = Stopwatch.GetTimestamp();
        var waits = new List<double>();
        var producers = Enumerable.Range(0, Producers).Select(p => new Thread(() => Produce(log, p, records / Producers, waits))).ToList();
        producers.ForEach(p => p.Start());
        producers.ForEach(p => p.Join());
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var bytes = new DirectoryInfo(folder).EnumerateFiles("*.segment", SearchOption.AllDirectories).Sum(f => f.Length);
        var cpuSeconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        waits.Sort();
        figures[$"append_{name}_records_per_s"] = records / seconds;
        figures[$"append_{name}_request_p99_ms"] = waits[(int)(waits.Count * 0.99)];
        figures["bytes_per_record"] = (double)bytes / records;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"append, {name,-10} {records / seconds,10:N0} records/s  {bytes / seconds / 1e6,7:F0} MB/s  cpu {cpuSeconds / seconds:F2} cores  {PerRequest} records in a request: p50 {waits[waits.Count / 2]:F2} ms, p99 {waits[(int)(waits.Count * 0.99)]:F2} ms; {(double)bytes / records - Payload:F1} bytes a record beside {Payload} of payload; {(double)(GC.GetTotalAllocatedBytes() - allocated) / records:F0} bytes allocated a record"));
        Read(log, name, records, figures);
    }

    private static void Produce(FileLog log, int producer, int records, List<double> waits)
    {
        var payload = new byte[Payload];
        new Random(producer).NextBytes(payload);
        Span<byte> key = stackalloc byte[16];
        var mine = new List<double>();
        for (var sent = 0; sent < records; sent += PerRequest)
        {
            var since = Stopwatch.GetTimestamp();
            var group = new AppendGroup();
            for (var i = 0; i < PerRequest; i++)
            {
                Encoding.ASCII.TryGetBytes(string.Create(CultureInfo.InvariantCulture, $"hpc/cn{(sent + i) % 10_000:D5}"), key, out var length);
                group.Append(log, log.PartitionOf(LogTopics.Samples, key[..length]), new LogEntry(key[..length], 1, payload));
            }
            if (group.WhenAll().GetAwaiter().GetResult() is { } failure)
                throw new InvalidOperationException(failure.Message);
            mine.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }
        lock (waits)
            waits.AddRange(mine);
    }

    private static void Read(FileLog log, string name, int records, Dictionary<string, double> figures)
    {
        using var consumer = log.Subscribe("bench", [LogTopics.Samples]);
        using var batch = new LogBatch();
        consumer.Poll(batch, TimeSpan.Zero);
        for (var p = 0; p < Partitions; p++)
            consumer.Seek(new TopicPartition(LogTopics.Samples, p), 0);
        var since = Stopwatch.GetTimestamp();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var read = 0L;
        var bytes = 0L;
        while (consumer.Poll(batch, TimeSpan.Zero) is RecordsPolled)
        {
            foreach (var record in batch)
            {
                read++;
                bytes += record.Payload.Length;
            }
        }
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        if (read != records)
            throw new InvalidOperationException($"{records} records were appended, {read} were read");
        figures[$"read_{name}_records_per_s"] = read / seconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"read               {read / seconds,10:N0} records/s  {bytes / seconds / 1e6,7:F0} MB/s  one thread, checksums computed; {(double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / read:F2} bytes allocated a record"));
    }
}
