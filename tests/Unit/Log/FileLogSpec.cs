using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;
using Tocsin.Shared;

namespace Tocsin.Unit.Log;

public class FileLogSpec : LogContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-log-").FullName;

    private protected LogOptions Options { get; set; } = new()
    {
        Topics = Topics,
        SegmentBytes = 64 << 10,
        RetentionBytes = 1 << 20,
        MaxRecordBytes = MostRecordBytes,
        MaxWaitingBytes = 1 << 20,
    };

    private protected List<string> Notes { get; } = [];

    private string Partition => Path.Combine(_folder, Records.Topic, "0");

    private protected override ILog Open() => OpenFile();

    public override void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        base.Dispose();
    }

    [Fact]
    public void What_was_answered_is_there_after_a_restart_and_offsets_go_on()
    {
        using (var log = Open())
        {
            log.Append(Records.P0, "a");
            log.Append(Records.P0, "b");
        }
        using var again = Open();
        Assert.Equal(2, again.Bounds(Records.P0).Next);
        again.Append(Records.P0, "c");
        Assert.Equal(["a", "b", "c"], again.ReadAll(Records.P0).Select(r => r.Payload));
        Assert.Empty(Notes);
    }

    [Fact]
    public void It_is_the_same_log_after_a_restart_and_another_in_another_folder()
    {
        string identity;
        using (var log = Open())
            identity = log.Identity;
        using (var again = Open())
            Assert.Equal(identity, again.Identity);
        using var other = FileLog.Open(Path.Combine(_folder, "other"), Options, Clock);
        Assert.NotEqual(identity, other.Identity);
    }

    [Fact]
    public void A_second_user_of_the_folder_is_refused_until_the_first_is_gone()
    {
        using (Open())
            Assert.Contains("in use by another process", Assert.Throws<DependencyException>(Open).Message);
        Open().Dispose();
    }

    [Fact]
    public void Another_number_of_partitions_is_refused()
    {
        Open().Dispose();
        Options = Options with { Topics = new Dictionary<string, int> { [Records.Topic] = 3, ["u"] = 1 } };
        var refused = Assert.Throws<DependencyException>(Open).Message;
        Assert.Contains("log.partitions of t is 3, but the log in", refused);
        Assert.Contains("was made with 2", refused);
        // The refused start has let the folder go.
        Options = Options with { Topics = Topics };
        Open().Dispose();
    }

    [Fact]
    public void Segments_are_closed_by_size_and_by_age_and_reading_crosses_them_from_anywhere()
    {
        using var log = OpenFile();
        for (var i = 0; i < 60; i++)
            Assert.Null(log.Append(Records.P0, $"{i}:{new string('x', 4000)}"));
        Clock.Move(Options.SegmentAge);
        log.Append(Records.P0, "60:");
        Assert.Equal(5, Directory.GetFiles(Partition).Length);
        foreach (var from in Enumerable.Range(0, 62))
            Assert.Equal(Enumerable.Range(from, 61 - from).Select(i => $"{i}"), log.ReadAll(Records.P0, from).Select(r => r.Payload.Split(':')[0]));
    }

    [Fact]
    public void Old_segments_go_by_age_and_the_newest_stays()
    {
        using var log = OpenFile();
        for (var i = 0; i < 60; i++)
            log.Append(Records.P0, new string('x', 4000));
        Assert.Equal(0, log.Bounds(Records.P0).First);
        Clock.Move(Options.RetentionAge + TimeSpan.FromSeconds(1));
        log.Append(Records.P0, "y");
        // The last of the old segments is closed by this append: its records may be as young as that.
        Assert.Equal(2, Directory.GetFiles(Partition).Length);
        Clock.Move(Options.RetentionAge + TimeSpan.FromSeconds(1));
        log.Append(Records.P0, "z");
        var bounds = log.Bounds(Records.P0);
        Assert.Equal(new LogBounds(60, 62), bounds);
        Assert.IsType<OffsetOutOfRange>(Assert.Throws<PollFailedException>(() => log.ReadAll(Records.P0, 59)).Failure);
        Assert.Equal(["y", "z"], log.ReadAll(Records.P0, 60).Select(r => r.Payload));
    }

    [Fact]
    public void Beyond_its_space_the_oldest_go_but_nothing_young_and_then_it_is_full()
    {
        using var log = OpenFile();
        LogFailure? refused = null;
        for (var i = 0; i < 1000 && refused is null; i++)
            refused = log.Append(Records.P0, new string('x', 4000));
        Assert.IsType<LogFull>(refused);
        Assert.Equal(0, log.Bounds(Records.P0).First);
        Assert.InRange(Directory.GetFiles(Partition).Sum(f => new FileInfo(f).Length), Options.RetentionBytes, Options.RetentionBytes + 3 * Options.SegmentBytes);
        Clock.Move(Options.LeastAge + TimeSpan.FromSeconds(1));
        Assert.Null(log.Append(Records.P0, "y"));
        Assert.InRange(Directory.GetFiles(Partition).Sum(f => new FileInfo(f).Length), 1, Options.RetentionBytes);
    }

    [Fact]
    public void What_a_shard_has_not_committed_stays_whatever_its_age_and_then_the_log_is_full()
    {
        using var log = OpenFile();
        log.Need(Records.P0, 20);
        LogFailure? refused = null;
        for (var i = 0; i < 1000 && refused is null; i++)
        {
            Clock.Move(Options.RetentionAge);
            refused = log.Append(Records.P0, new string('x', 4000));
        }
        Assert.Contains("not worked on yet", Assert.IsType<LogFull>(refused).Message);
        Assert.InRange(log.Bounds(Records.P0).First, 1, 20);
        Assert.Equal(20, log.ReadAll(Records.P0, 20)[0].Offset);
        log.Need(Records.P0, log.Bounds(Records.P0).Next);
        Assert.Null(log.Append(Records.P0, "y"));
        Assert.InRange(log.Bounds(Records.P0).First, 21, long.MaxValue);
    }

    [Fact]
    public void Whoever_reads_a_segment_that_retention_takes_reads_it_to_its_end_and_is_then_told()
    {
        using var log = OpenFile();
        for (var i = 0; i < 60; i++)
            log.Append(Records.P0, new string('x', 4000));
        using var consumer = log.Subscribe("g", [Records.Topic]);
        using var batch = new LogBatch(mostRecords: 1);
        consumer.Poll(batch, TimeSpan.Zero);
        consumer.Seek(Records.P0, 0);
        Assert.IsType<RecordsPolled>(consumer.Poll(batch, TimeSpan.Zero));
        for (var i = 0; i < 2; i++)
        {
            Clock.Move(Options.RetentionAge + TimeSpan.FromSeconds(1));
            log.Append(Records.P0, "y");
        }
        LogPoll last;
        long next = 1;
        while ((last = consumer.Poll(batch, TimeSpan.Zero)) is RecordsPolled)
            Assert.Equal(++next, batch.NextOffset);
        Assert.InRange(next, 2, 59);
        Assert.Equal(new PollFailed(Records.P0, new OffsetOutOfRange(Records.P0, next, 60, 62)), last);
    }

    [Fact]
    public void Offsets_that_the_store_has_counted_are_never_given_again()
    {
        using (var log = OpenFile())
            log.Append(Records.P0, "a");
        using (var log = OpenFile())
        {
            Assert.Equal(9, log.AdvanceTo(Records.P0, 10));
            Assert.Equal(0, log.AdvanceTo(Records.P0, 5));
            log.Append(Records.P0, "k");
            Assert.Equal([0L, 10L], log.ReadAll(Records.P0).Select(r => r.Offset));
        }
        using var again = OpenFile();
        Assert.Equal([0L, 10L], again.ReadAll(Records.P0).Select(r => r.Offset));
        Assert.Equal([10L], again.ReadAll(Records.P0, 10).Select(r => r.Offset));
        Assert.Equal([10L], again.ReadAll(Records.P0, 7).Select(r => r.Offset));
    }

    private protected FileLog OpenFile() => FileLog.Open(_folder, Options, Clock, Notes.Add);
}

/// <summary>The same, answering after a sync.</summary>
public sealed class SyncedFileLogSpec : FileLogSpec
{
    public SyncedFileLogSpec() => Options = Options with { Sync = LogSync.Group };
}
