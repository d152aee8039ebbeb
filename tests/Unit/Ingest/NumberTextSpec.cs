using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Ingest.Prometheus;

namespace Tocsin.Unit.Ingest;

public sealed class NumberTextSpec
{
    [Fact]
    public void Every_way_to_write_a_number_reads_as_the_BCL_reads_it_to_the_bit()
    {
        Prop.ForAll<double, int>((value, digits) =>
        {
            if (!double.IsFinite(value))
                return;
            foreach (var format in (string[])["R", "G" + (1 + Math.Abs(digits % 19)), "E" + Math.Abs(digits % 19), "F" + Math.Abs(digits % 9)])
            {
                var text = value.ToString(format, CultureInfo.InvariantCulture);
                if (text.Length <= NumberText.MaxLength)
                    AssertSame(text);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("007.50")]
    [InlineData("1.795247312e+09")]
    [InlineData("9007199254740993")]
    [InlineData("18446744073709551616")]
    [InlineData("1.8446744073709552e+19")]
    [InlineData("439.46981300000004")]
    [InlineData("0.0011279999999999999")]
    [InlineData("0.000000000000000000000000000001")]
    [InlineData("1e-320")]
    [InlineData("1e400")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("+3")]
    public void Hard_cases_round_correctly(string text) => AssertSame(text);

    [Theory]
    [InlineData("NaN", double.NaN)]
    [InlineData("nan", double.NaN)]
    [InlineData("Inf", double.PositiveInfinity)]
    [InlineData("+Inf", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("Infinity", double.PositiveInfinity)]
    public void Words_that_Prometheus_writes_are_numbers(string text, double expected)
    {
        Assert.True(NumberText.TryParse(Encoding.ASCII.GetBytes(text), out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("e5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1.2.3")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    [InlineData("1,5")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("infinite")]
    [InlineData("--1")]
    [InlineData("10000000000000000000000000000000000000000000000000000000000000000000")]
    public void Anything_else_is_refused(string text) => Assert.False(NumberText.TryParse(Encoding.ASCII.GetBytes(text), out _));

    private static void AssertSame(string text)
    {
        Assert.True(NumberText.TryParse(Encoding.ASCII.GetBytes(text), out var value), text);
        var expected = double.Parse(text, CultureInfo.InvariantCulture);
        Assert.True(BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(value), $"{text}: {value:R} is not {expected:R}");
    }
}
