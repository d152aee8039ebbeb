using Microsoft.Win32.SafeHandles;
using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Log;

/// <summary>A disk that fails in the middle of a write is answered, never a crash; nothing half written stays.</summary>
public sealed class BadDiskSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-log-").FullName;
    private readonly BadDisk _disk = new();

    private LogOptions Options { get; set; } = new()
    {
        Topics = new Dictionary<string, int> { [Records.Topic] = 2 },
        SegmentBytes = 64 << 10,
        MaxRecordBytes = 20_000,
        MaxWaitingBytes = 50_000,
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(50)]
    public void A_full_disk_takes_nothing_and_when_there_is_space_again_no_offset_is_missing(int partly)
    {
        using (var log = Open())
        {
            log.Append(Records.P0, "a");
            _disk.BytesLeft = partly;
            Assert.Contains("the disk of the log is full (t/0)", Assert.IsType<LogFull>(log.Append(Records.P0, new string('b', 1000))).Message);
            Assert.IsType<LogFull>(log.Append(Records.P0, new string('b', 1000)));
            _disk.BytesLeft = null;
            Assert.Null(log.Append(Records.P0, "c"));
            Assert.Equal(["a", "c"], log.ReadAll(Records.P0).Select(r => r.Payload));
            Assert.Equal(new LogBounds(0, 2), log.Bounds(Records.P0));
        }
        var notes = new List<string>();
        using var again = FileLog.Open(_folder, Options, TimeProvider.System, notes.Add);
        Assert.Equal(["a", "c"], again.ReadAll(Records.P0).Select(r => r.Payload));
        Assert.Empty(notes);
    }

    [Fact]
    public void When_not_even_the_cut_succeeds_it_is_made_before_the_next_write()
    {
        using var log = Open();
        log.Append(Records.P0, "a");
        _disk.BytesLeft = 10;
        _disk.CutFails = true;
        Assert.IsType<LogFull>(log.Append(Records.P0, "bbbbbbbbbbbbbbbbbb"));
        Assert.Equal(["a"], log.ReadAll(Records.P0).Select(r => r.Payload));
        _disk.BytesLeft = null;
        Assert.IsType<LogBroken>(log.Append(Records.P0, "b"));
        _disk.CutFails = false;
        Assert.Null(log.Append(Records.P0, "c"));
        Assert.Equal(["a", "c"], log.ReadAll(Records.P0).Select(r => r.Payload));
    }

    [Fact]
    public void A_segment_that_cannot_be_begun_is_answered_and_begun_later()
    {
        using var log = Open();
        for (var i = 0; i < 17; i++)
            Assert.Null(log.Append(Records.P0, new string('x', 4000)));
        _disk.BytesLeft = 20;
        Assert.IsType<LogFull>(log.Append(Records.P0, "b"));
        Assert.IsType<LogFull>(log.Append(Records.P0, "b"));
        _disk.BytesLeft = null;
        Assert.Null(log.Append(Records.P0, "c"));
        Assert.Equal(18, log.ReadAll(Records.P0).Count);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_folder, Records.Topic, "0")).Length);
    }

    [Fact]
    public void After_a_failed_sync_a_partition_takes_nothing_and_shows_nothing_that_was_not_answered()
    {
        Options = Options with { Sync = LogSync.Group };
        using var log = Open();
        log.Append(Records.P0, "a");
        _disk.SyncFails = true;
        Assert.IsType<LogBroken>(log.Append(Records.P0, "b"));
        _disk.SyncFails = false;
        Assert.Contains("takes nothing until the next start", Assert.IsType<LogBroken>(log.Append(Records.P0, "c")).Message);
        Assert.Equal(["a"], log.ReadAll(Records.P0).Select(r => r.Payload));
        Assert.Null(log.Append(Records.P1, "d"));
    }

    [Fact]
    public async Task Appends_that_come_during_a_sync_share_the_next_one()
    {
        Options = Options with { Sync = LogSync.Group };
        using var log = Open();
        _disk.Hold();
        var first = new AppendGroup();
        first.Append(log, Records.P0, new LogEntry([], 1, [1]));
        var one = first.WhenAll();
        Assert.True(_disk.Held.Wait(TimeSpan.FromMinutes(1)));
        var before = _disk.Syncs;
        var rest = new AppendGroup();
        for (var i = 0; i < 100; i++)
            rest.Append(log, Records.P0, new LogEntry([], 1, [2]));
        var all = rest.WhenAll();
        Assert.Empty(log.ReadAll(Records.P0));
        Assert.False(one.IsCompleted || all.IsCompleted);
        _disk.LetGo();
        Assert.Null(await one.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Null(await all.WaitAsync(TimeSpan.FromMinutes(1)));
        // The first one's own, and one for all the others.
        Assert.Equal(before + 2, _disk.Syncs);
        Assert.Equal(101, log.ReadAll(Records.P0).Count);
    }

    [Fact]
    public async Task A_disk_that_hangs_is_answered_overloaded_and_what_was_taken_is_written_later()
    {
        Options = Options with { Sync = LogSync.Group };
        using var log = Open();
        _disk.Hold();
        var taken = new AppendGroup();
        taken.Append(log, Records.P0, new LogEntry([], 1, [1]));
        Assert.True(_disk.Held.Wait(TimeSpan.FromMinutes(1)));
        for (var i = 0; i < 4; i++)
            taken.Append(log, Records.P0, new LogEntry([], 1, new byte[12_000]));
        var done = taken.WhenAll();
        var refused = new AppendGroup();
        refused.Append(log, Records.P0, new LogEntry([], 1, new byte[12_000]));
        Assert.IsType<Overloaded>(await refused.ResultAsync());
        _disk.LetGo();
        Assert.Null(await done.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(5, log.ReadAll(Records.P0).Count);
    }

    private FileLog Open() => FileLog.Open(_folder, Options, TimeProvider.System, null, _disk);

    private sealed class BadDisk : LogDisk
    {
        private readonly ManualResetEventSlim _go = new(true);

        private volatile object? _left;
        private int _syncs;

        public volatile bool CutFails;
        public volatile bool SyncFails;

        /// <summary>Null = as many as are wanted.</summary>
        public int? BytesLeft
        {
            set => _left = value;
        }

        public int Syncs => Volatile.Read(ref _syncs);

        public ManualResetEventSlim Held { get; } = new();

        public void Hold() => _go.Reset();

        public void LetGo() => _go.Set();

        public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long position)
        {
            if (_left is not int left)
            {
                base.Write(file, bytes, position);
                return;
            }
            base.Write(file, bytes[..Math.Min(left, bytes.Length)], position);
            if (bytes.Length > left)
                throw new IOException("No space left on device", 28);
        }

        public override void SetLength(SafeFileHandle file, long length)
        {
            if (CutFails)
                throw new IOException("Input/output error", 5);
            base.SetLength(file, length);
        }

        public override void Sync(SafeFileHandle file)
        {
            if (!_go.IsSet)
            {
                Held.Set();
                _go.Wait(TimeSpan.FromMinutes(2));
            }
            Interlocked.Increment(ref _syncs);
            if (SyncFails)
                throw new IOException("Input/output error", 5);
            base.Sync(file);
        }
    }
}
