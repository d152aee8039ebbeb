using System.Text;
using Tocsin.Actors.Log;

namespace Tocsin.Unit.Log;

public sealed class Murmur2Spec
{
    /// <summary>The table of Kafka's own test of its Java client (UtilsTest.testMurmur2).</summary>
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Hashes_as_the_Java_client(string key, int hash) => Assert.Equal(hash, Murmur2.Hash(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void A_partition_is_in_range_and_every_partition_is_used()
    {
        var used = Enumerable.Range(0, 2000).Select(i => Murmur2.Partition(Encoding.UTF8.GetBytes($"cn{i:D4}"), 16)).ToList();
        Assert.All(used, p => Assert.InRange(p, 0, 15));
        Assert.Equal(16, used.Distinct().Count());
    }

    /// <summary>Vectors of RFC 3720, B.4.</summary>
    [Theory]
    [InlineData("313233343536373839", 0xe3069283)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8a9136aa)]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 0x46dd794e)]
    [InlineData("", 0)]
    public void Crc32C_gives_the_published_sums(string hex, uint sum)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(sum, Crc32C.Of(bytes));
        for (var cut = 0; cut <= bytes.Length; cut++)
            Assert.Equal(sum, Crc32C.Add(Crc32C.Of(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }
}
