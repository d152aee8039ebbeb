using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Sqlite;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Integration.Storage;

/// <summary>A real filesystem of 2 MiB. Making it needs root.</summary>
public sealed class FullDiskSpec(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-full-").FullName;
    private bool _mounted;

    public async Task InitializeAsync() =>
        _mounted = Environment.IsPrivilegedProcess && (await TocsinProcess.RunAsync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", _folder], TimeSpan.FromMinutes(1))).ExitCode == 0;

    public async Task DisposeAsync()
    {
        if (_mounted)
            await TocsinProcess.RunAsync("umount", [_folder], TimeSpan.FromMinutes(1));
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_full_disk_refuses_appends_and_when_there_is_space_again_the_log_goes_on()
    {
        if (LeftOut())
            return;
        var options = ChildProgram.LogOptions;
        var at = new TopicPartition("t", 0);
        var appended = 0;
        using (var log = FileLog.Open(Path.Combine(_folder, "log"), options, TimeProvider.System))
        {
            AppendResult result;
            while ((result = await AppendAsync(log, at)) is Appended)
                Assert.True(++appended < 1000, "2 MiB never became full");
            Assert.Contains("the disk of the log is full", Assert.IsType<Unavailable>(result).Reason);
            Assert.IsType<Unavailable>(await AppendAsync(log, at));
            Assert.Equal(new LogBounds(0, appended), log.Bounds(at));
            await GrowAsync();
            Assert.IsType<Appended>(await AppendAsync(log, at));
        }
        var notes = new List<string>();
        using var again = FileLog.Open(Path.Combine(_folder, "log"), options, TimeProvider.System, notes.Add);
        Assert.Empty(notes);
        Assert.Equal(new LogBounds(0, appended + 1), again.Bounds(at));
    }

    [Fact]
    public async Task A_full_disk_refuses_commits_and_when_there_is_space_again_the_store_goes_on()
    {
        if (LeftOut())
            return;
        var file = Path.Combine(_folder, "tocsin.db");
        using var store = SqliteStore.Open(file, StoreSync.Normal, TimeProvider.System);
        var acquired = Assert.IsType<Acquired>(await store.AcquireAsync(ChildProgram.Shard));
        var next = 0L;
        CommitResult result;
        ShardCommit Step(long to) => new()
        {
            Shard = ChildProgram.Shard,
            Epoch = acquired.Epoch,
            NextOffset = to,
            Nodes = [new NodeRow(new NodeKey("room", $"cn{to}"), to, new byte[20_000])],
        };
        while ((result = await store.CommitAsync(Step(next + 1))) is Committed)
            Assert.True(++next < 1000, "2 MiB never became full");
        output.WriteLine($"{next} commits, then {result}");
        Assert.IsType<StoreFull>(result switch { CommitFailed f => f.Failure, CommitUnknown u => u.Failure, _ => null });
        await GrowAsync();
        // As the caller must after an unknown one: acquire again, go on from what is there.
        acquired = Assert.IsType<Acquired>(await store.AcquireAsync(ChildProgram.Shard));
        Assert.InRange(acquired.NextOffset, next, next + (result is CommitUnknown ? 1 : 0));
        Assert.Equal(acquired.NextOffset, acquired.Nodes.Count);
        Assert.IsType<Committed>(await store.CommitAsync(Step(acquired.NextOffset + 1)));
    }

    private static async Task<AppendResult> AppendAsync(ILog log, TopicPartition at)
    {
        var group = new AppendGroup();
        group.Append(log, at, new LogEntry("k"u8, 1, new byte[30_000]));
        return await group.ResultAsync();
    }

    private async Task GrowAsync() =>
        Assert.Equal(0, (await TocsinProcess.RunAsync("mount", ["-o", "remount,size=16m", _folder], TimeSpan.FromMinutes(1))).ExitCode);

    private bool LeftOut()
    {
        if (_mounted)
            return false;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "a small filesystem cannot be mounted");
        output.WriteLine("left out: mounting a small filesystem needs root");
        return true;
    }
}
