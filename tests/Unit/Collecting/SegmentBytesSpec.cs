using Tocsin.Actors.Learning;
using Tocsin.Unit.Learning;

namespace Tocsin.Unit.Collecting;

public sealed class SegmentBytesSpec
{
    [Fact]
    public void A_segment_is_read_as_it_was_written()
    {
        var segment = SmallRecording.Of("solver", 30, 1, change: (t, m, v) => t == 4 && m == 2 ? float.NaN : v);
        Assert.True(SegmentBytes.TryRead(SegmentBytes.Write(segment), out var read, out _));
        Assert.Equal((segment.Node, segment.StartMs, segment.EndMs, segment.CadenceMs, segment.JobName), (read.Node, read.StartMs, read.EndMs, read.CadenceMs, read.JobName));
        Assert.Equal(segment.TimesMs, read.TimesMs);
        Assert.Equal(segment.Values.Select(BitConverter.SingleToInt32Bits), read.Values.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(segment.Metrics.Metrics, read.Metrics.Metrics);
        Assert.Equal(segment.Jobs[0] with { Nodes = read.Jobs[0].Nodes }, read.Jobs[0]);
    }

    [Fact]
    public void What_is_torn_or_changed_is_refused_or_read_and_never_thrown()
    {
        var bytes = SegmentBytes.Write(SmallRecording.Of("solver", 12, 1));
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(SegmentBytes.TryRead(bytes.AsSpan(0, length), out _, out _));
        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = (byte[])bytes.Clone();
            changed[at] ^= 0xFF;
            if (SegmentBytes.TryRead(changed, out var read, out _))
                Assert.Equal(read.Frames * read.Metrics.Count, read.Values.Length);
        }
    }
}
