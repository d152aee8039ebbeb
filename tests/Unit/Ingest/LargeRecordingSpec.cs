using Tocsin.Daemon.Benches;
using Tocsin.Ingest.Recordings;

namespace Tocsin.Unit.Ingest;

/// <summary>A short slice of <c>tocsin bench ingest</c>: memory follows what is open, not what has been read.</summary>
[Collection(Alone.Name)]
public sealed class LargeRecordingSpec
{
    [Fact]
    public void Memory_stays_where_it_is_however_long_the_recording()
    {
        var small = Measure(4 << 20);
        var large = Measure(24 << 20);

        Assert.InRange(large.Frames, 5 * small.Frames, 7 * small.Frames);
        // Six times the text. What is kept at the worst moment may grow by the jobs' table and by a longer open segment, not by the text.
        Assert.InRange(large.Kept, 0, small.Kept + (4 << 20));
        // Handed-out frames and dictionaries of series are all that is allocated: well under the text itself.
        Assert.InRange(large.Allocated - small.Allocated, 0, (20 << 20) / 4);
    }

    private static (long Frames, long Kept, long Allocated) Measure(long bytes)
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
        try
        {
            new SyntheticRecording(nodes: 3, cores: 16, seed: 1).Write(folder, bytes, cadenceMs: 15_000);
            var recording = DataFolder.Open(folder, new DataOptions());
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = GC.GetTotalMemory(forceFullCollection: true);
            long frames = 0, kept = 0;
            var segments = 0;
            foreach (var segment in recording.Segments(default))
            {
                frames += segment.Frames;
                if (segments++ % 16 == 0)
                    kept = Math.Max(kept, GC.GetTotalMemory(forceFullCollection: true) - start);
            }
            return (frames, kept, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
