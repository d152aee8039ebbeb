using System.Diagnostics;
using System.Text;
using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Sqlite;

namespace Tocsin.Integration.Storage;

/// <summary>A process that is killed while it writes: what it was told is there is there.</summary>
public sealed class KillSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_appended_survives_kill_9_again_and_again()
    {
        var log = Path.Combine(_folder, "log");
        for (var round = 1; round <= 5; round++)
        {
            var answered = new long[2];
            foreach (var line in await RunAndKillAsync("append", log, lines: 20 * round))
            {
                var words = line.Split(' ');
                answered[int.Parse(words[0])] = long.Parse(words[1]);
            }
            var notes = new List<string>();
            using var again = FileLog.Open(log, ChildProgram.LogOptions, TimeProvider.System, notes.Add);
            // A torn record, or a segment that was killed between its creation and its header.
            Assert.All(notes, n => Assert.Matches("^(cut|removed) ", n));
            for (var partition = 0; partition < 2; partition++)
            {
                var at = new TopicPartition("t", partition);
                var (first, next) = again.Bounds(at);
                Assert.Equal(0, first);
                Assert.True(next >= answered[partition], $"{answered[partition]} were answered, {next} are there");
                AssertReads(again, at, next);
            }
        }
    }

    [Fact]
    public async Task What_was_committed_survives_kill_9_again_and_again_and_nothing_of_what_was_not()
    {
        var file = Path.Combine(_folder, "tocsin.db");
        for (var round = 1; round <= 5; round++)
        {
            var answered = long.Parse((await RunAndKillAsync("commit", file, lines: 30 * round))[^1]);
            using var store = SqliteStore.Open(file, StoreSync.Normal, TimeProvider.System);
            var acquired = Assert.IsType<Acquired>(await store.AcquireAsync(ChildProgram.Shard));
            Assert.Equal(2 * round, acquired.Epoch);
            // One more than was answered may be there: its answer was on its way.
            Assert.InRange(acquired.NextOffset, answered, answered + 1);
            Assert.Equal(acquired.NextOffset, acquired.Counters["c"]);
            Assert.Equal(acquired.NextOffset, store.OutboxDepth()["s"]);
            Assert.Equal(5, acquired.Nodes.Count);
            for (var n = 0; n < 5; n++)
                Assert.Equal(ChildProgram.Payload(n, acquired.NextOffset), Encoding.ASCII.GetString(acquired.Nodes[n].Bytes.Span));
        }
    }

    private static void AssertReads(ILog log, TopicPartition at, long next)
    {
        using var consumer = log.Subscribe($"check {at}", [at.Topic]);
        using var batch = new LogBatch();
        consumer.Poll(batch, TimeSpan.Zero);
        consumer.Seek(at, 0);
        var number = 0L;
        while (consumer.Poll(batch, TimeSpan.Zero) is RecordsPolled)
        {
            foreach (var record in batch)
            {
                Assert.Equal(number, record.Offset);
                Assert.Equal(ChildProgram.Payload(at.Partition, number++), Encoding.ASCII.GetString(record.Payload));
            }
        }
        Assert.Equal(next, number);
    }

    /// <summary>Lets it print so many lines, and kills it at whatever it does then.</summary>
    private static async Task<List<string>> RunAndKillAsync(string what, string where, int lines)
    {
        using var child = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Tocsin.Integration.dll"), what, where])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = child.StandardError.ReadToEndAsync();
        var printed = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (printed.Count < lines && await child.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            printed.Add(line);
        child.Kill();
        // What it had printed and nobody had read was answered, too. The last line may be torn.
        var rest = await child.StandardOutput.ReadToEndAsync(limit.Token);
        printed.AddRange(rest.Split('\n')[..^1]);
        await child.WaitForExitAsync(limit.Token);
        Assert.True(printed.Count >= lines, await error);
        return printed;
    }
}
