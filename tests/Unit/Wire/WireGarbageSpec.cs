using FsCheck;
using FsCheck.Fluent;
using Tocsin.Shared.Wire;

namespace Tocsin.Unit.Wire;

public sealed class WireGarbageSpec
{
    [Fact]
    public void Random_bytes_are_a_value_or_a_failure_and_never_more()
    {
        var random = new Random(20261121);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = new byte[random.Next(0, 64)];
            random.NextBytes(bytes);
            // First bytes of collections and lengths more often than chance has them.
            if (bytes.Length > 0 && i % 2 == 0)
                bytes[0] = (byte)random.Next(0xc4, 0xe0);
            ReadAll(bytes);
        }
    }

    [Fact]
    public void A_value_cut_anywhere_is_a_failure_where_the_cut_is_seen() =>
        Check.QuickThrowOnFailure(Prop.ForAll(WireTree.Any.ToArbitrary(), tree =>
        {
            var bytes = tree.Bytes();
            for (var length = 0; length < Math.Min(bytes.Length, 300); length++)
            {
                var reader = new WireReader(bytes.AsSpan(0, length));
                if (WireTree.TryRead(ref reader) is not null)
                    return false;
                var skipper = new WireReader(bytes.AsSpan(0, length));
                if (skipper.TrySkip() || skipper.Failure.Fault != WireFault.Truncated || skipper.Failure.Position > length)
                    return false;
            }
            return true;
        }));

    [Fact]
    public void A_changed_byte_never_reads_beyond_the_bytes() =>
        Check.QuickThrowOnFailure(Prop.ForAll(WireTree.Any.ToArbitrary(), ArbMap.Default.ArbFor<int>(), (tree, where) =>
        {
            var bytes = tree.Bytes();
            bytes[(where & int.MaxValue) % bytes.Length] ^= (byte)(1 + (where & 0x7f));
            ReadAll(bytes);
        }));

    [Theory]
    [InlineData("dd7fffffff")] // array of 2^31 - 1
    [InlineData("ddffffffff00")]
    [InlineData("dfffffffff0000")] // map
    [InlineData("dbffffffff61")] // string
    [InlineData("c6ffffffff61")] // binary
    [InlineData("c9ffffffff0161")] // extension
    public void A_promised_length_allocates_nothing(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new WireReader(bytes);
        var skipped = reader.TrySkip();
        var again = new WireReader(bytes);
        var read = again.TryReadArrayHeader(int.MaxValue, out _) || again.TryReadString(int.MaxValue, out _);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        Assert.False(skipped || read);
        Assert.Equal(WireFault.Truncated, reader.Failure.Fault);
    }

    [Fact]
    public void Depth_costs_nothing_to_skip()
    {
        var bytes = new byte[4_000_000];
        Array.Fill(bytes, (byte)0x91);
        bytes[^1] = 0xc0;
        var reader = new WireReader(bytes);
        Assert.True(reader.TrySkip());
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void The_first_failure_stays_and_nothing_is_read_after_it()
    {
        var reader = new WireReader([0x01, 0xa1, 0xff, 0x02]);
        Assert.True(reader.TryReadInt64(out _));
        Assert.False(reader.TryReadString(10, out _));
        Assert.Equal(new WireFailure(WireFault.BadUtf8, 1), reader.Failure);
        Assert.False(reader.TryReadInt64(out _));
        Assert.False(reader.TrySkip());
        Assert.False(reader.TryReadSingle(out _));
        Assert.Equal(new WireFailure(WireFault.BadUtf8, 1), reader.Failure);
    }

    [Theory]
    [InlineData("c1", WireFault.WrongType)]
    [InlineData("a161", WireFault.WrongType)]
    [InlineData("cfffffffffffffffff", WireFault.OutOfRange)]
    [InlineData("cd03e9", WireFault.OutOfRange)]
    [InlineData("ff", WireFault.OutOfRange)]
    [InlineData("cd03", WireFault.Truncated)]
    [InlineData("", WireFault.Truncated)]
    public void A_number_out_of_bounds_is_refused(string hex, WireFault fault)
    {
        var reader = new WireReader(Convert.FromHexString(hex));
        Assert.False(reader.TryReadInt32(0, 1000, out _));
        Assert.Equal(new WireFailure(fault, 0), reader.Failure);
    }

    private static void ReadAll(byte[] bytes)
    {
        var reader = new WireReader(bytes);
        while (reader.Remaining > 0)
        {
            var at = reader.Position;
            if (WireTree.TryRead(ref reader) is null)
                break;
            Assert.True(reader.Position > at);
        }
        Assert.InRange(reader.Position, 0, bytes.Length);
        var skipper = new WireReader(bytes);
        var skipped = skipper.TrySkip();
        Assert.Equal(skipped, skipper.Failure.Fault == WireFault.None);
        Assert.InRange(skipper.Position, 0, bytes.Length);
    }
}
