using System.Text;
using Tocsin.Ingest.RemoteWrite;

namespace Tocsin.Unit.Ingest.RemoteWrite;

public sealed class SnappyBlockSpec
{
    private byte[] _buffer = [];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(70_000)]
    [InlineData(1_000_000)]
    public void What_another_implementation_packed_comes_out_as_it_went_in(int length)
    {
        var random = new Random(length);
        var noise = new byte[length];
        random.NextBytes(noise);
        var labels = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, length / 20 + 1).Select(i => $"node_cpu_seconds_total{{cpu=\"{i % 64}\"}}")))[..length];
        var runs = Enumerable.Range(0, length).Select(i => (byte)(i / 7000)).ToArray();
        foreach (var text in (byte[][])[noise, labels, runs])
        {
            Assert.Null(SnappyBlock.TryDecode(IronSnappy.Snappy.Encode(text), 1 << 20, ref _buffer, out var n));
            Assert.True(_buffer.AsSpan(0, n).SequenceEqual(text));
        }
    }

    // By the format's description: a literal of 'abc', then a copy of 9 bytes from 3 back, which overlaps itself.
    [Theory]
    [InlineData("0c 08 61 62 63 15 03", "abcabcabcabc")]
    // The same copy with a two-byte and a four-byte offset.
    [InlineData("0c 08 61 62 63 22 03 00", "abcabcabcabc")]
    [InlineData("0c 08 61 62 63 23 03 00 00 00", "abcabcabcabc")]
    // A literal whose length stands in a byte of its own.
    [InlineData("03 f0 02 78 79 7a", "xyz")]
    public void Every_kind_of_element_is_read_as_the_format_says(string hex, string expected)
    {
        Assert.Null(SnappyBlock.TryDecode(Hex(hex), 100, ref _buffer, out var n));
        Assert.Equal(expected, Encoding.ASCII.GetString(_buffer, 0, n));
    }

    [Theory]
    [InlineData("", "no length")]
    [InlineData("80 80 80 80 80 01", "no length")]
    [InlineData("ff ff ff ff 0f 00", "more than is taken")]
    [InlineData("65 00", "more than is taken")]
    [InlineData("64 00 61", "declares more than it can hold")]
    // A copy before anything was written, one from nowhere, and one from too far back.
    [InlineData("04 01 01", "damaged")]
    [InlineData("06 00 61 11 00", "damaged")]
    [InlineData("06 00 61 11 02", "damaged")]
    // Longer and shorter than declared, and cut off in each kind of element.
    [InlineData("02 08 61 62 63", "damaged")]
    [InlineData("04 08 61 62 63", "damaged")]
    [InlineData("03 08 61 62", "damaged")]
    [InlineData("0c 08 61 62 63 15", "damaged")]
    [InlineData("0c 08 61 62 63 22 03", "damaged")]
    [InlineData("0c 08 61 62 63 23 03 00 00", "damaged")]
    [InlineData("03 f0", "damaged")]
    [InlineData("03 fc ff ff ff ff 00", "damaged")]
    public void Damage_is_refused_with_a_reason(string hex, string why) =>
        Assert.Contains(why, SnappyBlock.TryDecode(Hex(hex), 100, ref _buffer, out _));

    [Fact]
    public void A_body_that_declares_much_and_holds_little_gets_no_memory()
    {
        Assert.NotNull(SnappyBlock.TryDecode([.. Proto.Varint(60 << 20), 0, 0, 0], 64 << 20, ref _buffer, out _));
        Assert.Empty(_buffer);
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
