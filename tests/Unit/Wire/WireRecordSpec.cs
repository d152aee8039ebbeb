using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Unit.Wire;

public sealed class WireRecordSpec
{
    [Fact]
    public void Fields_that_a_newer_program_added_are_skipped()
    {
        var newer = WireBytes.Of(new PointAndName(3, 4, "corner"));
        Assert.True(WireBytes.TryRead<Point>(newer, out var point, out _));
        Assert.Equal(new Point(3, 4), point);
    }

    [Fact]
    public void A_field_that_an_older_program_did_not_write_has_its_default()
    {
        Assert.True(WireBytes.TryRead<PointAndName>(WireBytes.Of(new Point(3, 4)), out var point, out _));
        Assert.Equal(new PointAndName(3, 4, null), point);
    }

    [Theory]
    [InlineData("93020304", WireFault.UnknownVersion)]
    [InlineData("93000304", WireFault.UnknownVersion)]
    [InlineData("920103", WireFault.MissingFields)]
    [InlineData("90", WireFault.MissingFields)]
    [InlineData("9301a10304", WireFault.WrongType)]
    [InlineData("930103", WireFault.Truncated)]
    [InlineData("9301030405", WireFault.TrailingBytes)]
    public void What_is_no_such_record_is_refused(string hex, WireFault fault)
    {
        Assert.False(WireBytes.TryRead<Point>(Convert.FromHexString(hex), out var point, out var failure));
        Assert.Null(point);
        Assert.Equal(fault, failure.Fault);
    }

    private sealed record Point(int X, int Y) : IWire<Point>
    {
        public void Write(ref WireWriter writer)
        {
            writer.WriteRecord(1, 2);
            writer.WriteInt(X);
            writer.WriteInt(Y);
        }

        public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out Point? value)
        {
            value = null;
            if (!reader.TryBeginRecord(1, 2, out var record) || !reader.TryReadInt32(out var x) || !reader.TryReadInt32(out var y) || !reader.TryEndRecord(record, 2))
                return false;
            value = new Point(x, y);
            return true;
        }
    }

    private sealed record PointAndName(int X, int Y, string? Name) : IWire<PointAndName>
    {
        public void Write(ref WireWriter writer)
        {
            writer.WriteRecord(1, 3);
            writer.WriteInt(X);
            writer.WriteInt(Y);
            writer.WriteOptionalString(Name);
        }

        public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out PointAndName? value)
        {
            value = null;
            string? name = null;
            if (!reader.TryBeginRecord(1, 2, out var record) || !reader.TryReadInt32(out var x) || !reader.TryReadInt32(out var y) ||
                (record.Fields > 2 && !reader.TryReadOptionalString(100, out name)) || !reader.TryEndRecord(record, 3))
                return false;
            value = new PointAndName(x, y, name);
            return true;
        }
    }
}
