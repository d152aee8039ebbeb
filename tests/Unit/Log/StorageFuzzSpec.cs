using Tocsin.Daemon.Benches.Fuzzing;

namespace Tocsin.Unit.Log;

public sealed class StorageFuzzSpec
{
    [Fact]
    public void Damaged_segments_are_cut_or_told_and_nothing_that_was_whole_is_lost()
    {
        using var fuzz = new SegmentFuzz();
        for (var seed = 0; seed < 20_000; seed++)
            fuzz.Next(seed);
    }

    [Fact]
    public void Damaged_MessagePack_is_read_or_refused_by_every_type()
    {
        for (var seed = 0; seed < 20_000; seed++)
            WireFuzz.Once(seed);
    }
}
