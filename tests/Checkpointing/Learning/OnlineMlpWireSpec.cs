using Tocsin.Checkpointing.Learning;
using Tocsin.Shared.Wire;

namespace Tocsin.CheckpointingTests.Learning;

public sealed class OnlineMlpWireSpec
{
    private static OnlineMlp Taught(int frames)
    {
        var (mlp, random) = (new OnlineMlp(3, 4, 0.1, 1), new Random(3));
        for (var i = 0; i < frames; i++)
        {
            double[] frame = [random.NextDouble(), random.NextDouble(), i % 7];
            mlp.Learn(frame, frame[0] + frame[1] > 1.2);
        }
        return mlp;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    public void What_was_stored_goes_on_bit_for_bit_as_it_would_have(int frames)
    {
        var mlp = Taught(frames);
        Assert.True(WireBytes.TryRead<OnlineMlp>(WireBytes.Of(mlp), out var again, out var failure), failure.ToString());
        for (var i = 0; i < 100; i++)
        {
            double[] frame = [i / 100.0, 1 - (i / 50.0), i % 3];
            Assert.Equal(mlp.Predict(frame), again.Predict(frame));
            Assert.Equal(mlp.Learn(frame, i % 5 == 0), again.Learn(frame, i % 5 == 0));
        }
        Assert.Equal(frames + 100, again.Seen);
    }

    [Fact]
    public void Bytes_that_are_cut_or_hold_no_numbers_are_refused()
    {
        var bytes = WireBytes.Of(Taught(100));
        for (var cut = 0; cut < bytes.Length; cut++)
            Assert.False(WireBytes.TryRead<OnlineMlp>(bytes.AsSpan(0, cut), out _, out _), $"{cut} bytes");
        var poisoned = (byte[])bytes.Clone();
        poisoned.AsSpan(8, 24).Fill(0xFF);
        Assert.False(WireBytes.TryRead<OnlineMlp>(poisoned, out _, out _));
    }
}
