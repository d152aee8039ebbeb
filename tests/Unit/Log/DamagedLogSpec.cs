using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;

namespace Tocsin.Unit.Log;

/// <summary>Files that a crash left torn are cut and go on; files that something else damaged are refused, with their name and the place.</summary>
public sealed class DamagedLogSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-log-").FullName;
    private readonly HandClock _clock = new();
    private readonly List<string> _notes = [];

    private LogOptions Options { get; } = new()
    {
        Topics = new Dictionary<string, int> { [Records.Topic] = 1 },
        SegmentBytes = 64 << 10,
        MaxRecordBytes = 20_000,
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_tail_torn_at_any_byte_of_the_last_record_is_cut_and_what_was_before_stays()
    {
        var (whole, lastAt) = ThreeRecords();
        for (var length = lastAt; length <= whole.Length; length++)
        {
            File.WriteAllBytes(Segment, whole[..length]);
            var kept = OpenReadAndAppend();
            Assert.Equal(length == whole.Length ? ["one", "two", "three", "four"] : ["one", "two", "four"], kept);
            Assert.Equal(length == lastAt || length == whole.Length ? 0 : 1, _notes.Count);
            if (_notes.Count == 1)
                Assert.StartsWith($"cut {length - lastAt} bytes off the end of '{Segment}', from byte {lastAt}, offset 2: ", _notes[0]);
        }
    }

    [Fact]
    public void A_flipped_bit_in_any_byte_of_the_last_record_is_found_and_the_record_is_cut()
    {
        var (whole, lastAt) = ThreeRecords();
        for (var at = lastAt; at < whole.Length; at++)
        {
            var bent = whole.ToArray();
            bent[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(Segment, bent);
            Assert.Equal(["one", "two", "four"], OpenReadAndAppend());
            Assert.Single(_notes);
        }
    }

    [Fact]
    public void A_flipped_bit_in_any_byte_before_the_last_record_refuses_the_start_and_changes_nothing()
    {
        var (whole, lastAt) = ThreeRecords();
        for (var at = 0; at < lastAt; at++)
        {
            var bent = whole.ToArray();
            bent[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(Segment, bent);
            var refused = Assert.Throws<LogCorruptException>(() => Open().Dispose());
            Assert.Equal(Segment, refused.Damage.File);
            Assert.InRange(refused.Damage.Position, 0, at);
            Assert.Contains($"'{Segment}' at byte {refused.Damage.Position}, offset {refused.Damage.Offset}: ", refused.Message);
            Assert.Equal(bent, File.ReadAllBytes(Segment));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void Zeros_or_noise_at_the_end_are_cut(int bytes)
    {
        var (whole, _) = ThreeRecords();
        var noise = new byte[bytes];
        foreach (var seed in new[] { 0, 1, 2 })
        {
            if (seed > 0)
                new Random(seed).NextBytes(noise);
            File.WriteAllBytes(Segment, [.. whole, .. noise]);
            Assert.Equal(["one", "two", "three", "four"], OpenReadAndAppend());
            Assert.Single(_notes);
        }
    }

    [Fact]
    public void A_file_torn_within_its_header_was_never_used()
    {
        var (whole, _) = ThreeRecords();
        for (var length = 0; length < 40; length++)
        {
            File.WriteAllBytes(Segment, whole);
            var next = Path.Combine(Path.GetDirectoryName(Segment)!, "00000000000000000003.segment");
            File.WriteAllBytes(next, whole[..length]);
            Assert.Equal(["one", "two", "three", "four"], OpenReadAndAppend());
            Assert.False(File.Exists(next));
            Assert.Single(_notes);

            File.WriteAllBytes(Segment, whole[..length]);
            Assert.Equal(["four"], OpenReadAndAppend());
        }
    }

    [Fact]
    public void Damage_in_a_closed_segment_is_told_to_who_reads_it_after_what_is_whole_before_it()
    {
        FillSegments();
        var first = Directory.GetFiles(Path.GetDirectoryName(Segment)!).Order().First();
        var bytes = File.ReadAllBytes(first);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(first, bytes);
        using var log = Open();
        var failed = Assert.Throws<PollFailedException>(() => log.ReadAll(Records.P0));
        var damage = Assert.IsType<LogCorrupt>(failed.Failure);
        Assert.Equal((first, (long)failed.Before.Count), (damage.File, damage.Offset));
        Assert.Equal(Enumerable.Range(0, failed.Before.Count).Select(i => $"{i}"), failed.Before.Select(r => r.Payload.Split(':')[0]));
        Assert.InRange(failed.Before.Count, 5, 12);
    }

    [Fact]
    public void A_closed_segment_that_was_cut_or_taken_away_is_a_gap_that_is_told()
    {
        FillSegments();
        var files = Directory.GetFiles(Path.GetDirectoryName(Segment)!).Order().ToList();
        var second = File.ReadAllBytes(files[1]);
        File.Delete(files[1]);
        using (var log = Open())
            Assert.Contains("the next file follows offset", Assert.IsType<LogCorrupt>(Assert.Throws<PollFailedException>(() => log.ReadAll(Records.P0)).Failure).Why);
        File.WriteAllBytes(files[1], second[..^4030]);
        using (var log = Open())
        {
            Assert.IsType<LogCorrupt>(Assert.Throws<PollFailedException>(() => log.ReadAll(Records.P0)).Failure);
            var lastOfSecond = long.Parse(Path.GetFileNameWithoutExtension(files[2])) - 1;
            Assert.IsType<LogCorrupt>(Assert.Throws<PollFailedException>(() => log.ReadAll(Records.P0, lastOfSecond)).Failure);
        }
    }

    [Fact]
    public void Random_bytes_in_place_of_a_segment_never_throw_anything_but_the_refusal()
    {
        ThreeRecords();
        var whole = File.ReadAllBytes(Segment);
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var bent = whole.ToArray();
            random.NextBytes(bent.AsSpan(random.Next(bent.Length)));
            File.WriteAllBytes(Segment, bent);
            try
            {
                using var log = Open();
                log.ReadAll(Records.P0);
            }
            catch (LogCorruptException)
            {
            }
        }
    }

    [Theory]
    [InlineData("log.meta", "")]
    [InlineData("log.meta", "tocsin-log 2\nid x\n")]
    [InlineData("log.meta", "tocsin-log 1\nid x\npartitions t many\n")]
    [InlineData("log.meta", "tocsin-log 1\nid x\n")]
    public void A_bent_description_of_the_log_is_refused(string file, string text)
    {
        Open().Dispose();
        File.WriteAllText(Path.Combine(_folder, file), text);
        Assert.Throws<Tocsin.Shared.DependencyException>(() => Open().Dispose());
    }

    private string Segment => Path.Combine(_folder, Records.Topic, "0", SegmentHeader.FileName(0));

    private FileLog Open()
    {
        _notes.Clear();
        return FileLog.Open(_folder, Options, _clock, _notes.Add);
    }

    private (byte[] Whole, int LastAt) ThreeRecords()
    {
        int lastAt;
        using (var log = Open())
        {
            log.Append(Records.P0, "one");
            log.Append(Records.P0, "two");
            lastAt = (int)new FileInfo(Segment).Length;
            log.Append(Records.P0, "three");
        }
        return (File.ReadAllBytes(Segment), lastAt);
    }

    private void FillSegments()
    {
        using var log = Open();
        for (var i = 0; i < 60; i++)
            log.Append(Records.P0, $"{i}:{new string('x', 4000)}");
    }

    private List<string> OpenReadAndAppend()
    {
        List<string> kept;
        using (var log = Open())
        {
            Assert.Null(log.Append(Records.P0, "four"));
            kept = [.. log.ReadAll(Records.P0).Select(r => r.Payload)];
            Assert.Equal(Enumerable.Range(0, kept.Count).Select(i => (long)i), log.ReadAll(Records.P0).Select(r => r.Offset));
        }
        var notes = _notes.ToList();
        using (var again = Open())
        {
            Assert.Equal(kept, again.ReadAll(Records.P0).Select(r => r.Payload));
            Assert.Empty(_notes);
        }
        _notes.AddRange(notes);
        return kept;
    }
}
