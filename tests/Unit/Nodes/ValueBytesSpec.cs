using Tocsin.Actors.Nodes.Records;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Nodes;

public sealed class ValueBytesSpec
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 1)]
    [InlineData(-7, 1)]
    [InlineData(3.25, 2)]
    [InlineData(12345678, 4)]
    [InlineData(0.1 + 0.2, 9)]
    [InlineData(-0.0, 9)]
    [InlineData(562949953421311, 8)]
    [InlineData(-562949953421311, 8)]
    [InlineData(562949953421312, 9)]
    [InlineData(1e300, 9)]
    [InlineData(9.3e18, 9)]
    [InlineData(double.NaN, 9)]
    [InlineData(double.PositiveInfinity, 9)]
    [InlineData(double.NegativeInfinity, 9)]
    [InlineData(double.Epsilon, 9)]
    public void A_value_comes_back_to_the_bit_and_in_so_many_bytes(double value, int bytes)
    {
        var buffer = new byte[ValueBytes.Most];
        Assert.Equal(bytes, ValueBytes.Write(buffer, value));
        ReadOnlySpan<byte> rest = buffer.AsSpan(0, bytes);
        Assert.True(ValueBytes.TryRead(ref rest, out var back));
        Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(back));
        Assert.Equal(0, rest.Length);
    }

    [Fact]
    public void The_mark_that_ends_a_series_keeps_its_bits()
    {
        var buffer = new byte[ValueBytes.Most];
        ReadOnlySpan<byte> rest = buffer.AsSpan(0, ValueBytes.Write(buffer, StaleMarker.Value));
        Assert.True(ValueBytes.TryRead(ref rest, out var back) && StaleMarker.Is(back));
    }
}
