using FsCheck;
using FsCheck.Fluent;
using Tocsin.Shared.Wire;

namespace Tocsin.Unit.Wire;

public sealed class WireRoundTripSpec
{
    [Fact]
    public void What_was_written_is_read_and_skipped_whole() =>
        Check.QuickThrowOnFailure(Prop.ForAll(WireTree.Any.ToArbitrary(), RoundTrips));

    [Fact]
    public void Edges_of_every_form_are_read_and_skipped_whole() => Assert.All(WireTree.Edges(), tree => Assert.True(RoundTrips(tree), $"{tree.Json()}"));

    [Theory]
    [InlineData(0x7ff0000000000002UL)]
    [InlineData(0x7ff8000000000001UL)]
    [InlineData(0xfff8000000000000UL)]
    public void The_bits_of_a_NaN_are_kept(ulong bits) => Assert.True(RoundTrips(new WireTree.Double(bits)));

    [Fact]
    public void Single_floats_and_packed_numbers_keep_their_bits()
    {
        float[] singles = [1.5f, float.NaN, -0f, float.Epsilon, BitConverter.UInt32BitsToSingle(0x7f800001)];
        double[] doubles = [Math.PI, double.NaN, -0.0, BitConverter.UInt64BitsToDouble(0x7ff0000000000002)];
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteSingles(singles);
        writer.WriteDoubles(doubles);
        foreach (var single in singles)
            writer.WriteSingle(single);
        writer.Flush();
        var reader = new WireReader(buffer.Written);
        Assert.True(reader.TryReadSingles(5, out var gotSingles));
        Assert.Equal(singles.Select(BitConverter.SingleToUInt32Bits), gotSingles.Select(BitConverter.SingleToUInt32Bits));
        Assert.True(reader.TryReadDoubles(4, out var gotDoubles));
        Assert.Equal(doubles.Select(BitConverter.DoubleToUInt64Bits), gotDoubles.Select(BitConverter.DoubleToUInt64Bits));
        foreach (var single in singles)
        {
            Assert.True(reader.TryReadSingle(out var got));
            Assert.Equal(BitConverter.SingleToUInt32Bits(single), BitConverter.SingleToUInt32Bits(got));
        }
    }

    [Fact]
    public void A_number_is_read_from_whatever_form_another_language_chose()
    {
        // 1 as float64, int64, uint8; 1.5 as float32.
        var reader = new WireReader(Convert.FromHexString("cb3ff0000000000000" + "d30000000000000001" + "cc01" + "ca3fc00000" + "cc01" + "d30000000000000001"));
        var read = reader.TryReadSingle(out var a) & reader.TryReadSingle(out var b) & reader.TryReadDouble(out var c) & reader.TryReadDouble(out var d);
        read &= reader.TryReadInt64(out var e) & reader.TryReadUInt64(out var f);
        Assert.True(read);
        Assert.Equal([1, 1, 1, 1.5, 1, 1], [a, b, c, d, e, f]);
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character()
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteString("a\ud800b");
        writer.Flush();
        var reader = new WireReader(buffer.Written);
        Assert.True(reader.TryReadString(10, out var text));
        Assert.Equal("a\ufffdb", text);
    }

    private static bool RoundTrips(WireTree tree)
    {
        var bytes = tree.Bytes();
        var reader = new WireReader(bytes);
        var read = WireTree.TryRead(ref reader);
        var skipper = new WireReader(bytes);
        return tree.Equals(read) && reader.Remaining == 0 && skipper.TrySkip() && skipper.Remaining == 0;
    }
}
