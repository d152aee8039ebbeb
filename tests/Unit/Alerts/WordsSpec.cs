using Tocsin.Actors.Alerts.Words;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class WordsSpec
{
    private const double Gi = 1L << 30;

    [Theory]
    [InlineData(3.1 * Gi, "bytes", "3.1 GiB")]
    [InlineData(0, "bytes", "0 B")]
    [InlineData(1536, "bytes/s", "1.5 KiB/s")]
    [InlineData(2048, "KiB/s", "2 MiB/s")]
    [InlineData(40960, "MiB", "40 GiB")]
    [InlineData(0.973, "share", "97.3 %")]
    [InlineData(0.0123, "s/op", "12.3 ms an operation")]
    [InlineData(2.4e9, "Hz", "2.4 GHz")]
    [InlineData(1410, "MHz", "1.41 GHz")]
    [InlineData(0.0667, "1/s", "0.0667 a second")]
    [InlineData(14_500, "1/s", "14.5k a second")]
    [InlineData(81, "celsius", "81 C")]
    [InlineData(3, "mounts", "3 mounts")]
    [InlineData(-5, "bytes", "-5 B")]
    [InlineData(double.NaN, "bytes", "nothing")]
    [InlineData(1e300, "", "1e+288T")]
    [InlineData(2.05e-8, "share", "<0.001 %")]
    [InlineData(-2.05e-8, "share", "0 %")]
    [InlineData(0.00004, "share", "0.004 %")]
    [InlineData(3e-7, "1/s", "<0.001 a second")]
    [InlineData(0.0042, "1/s", "0.004 a second")]
    [InlineData(2.5e12, "", "2.5T")]
    [InlineData(0, "s", "0 s")]
    [InlineData(45, "s", "45 s")]
    [InlineData(5400, "s", "1.5 h")]
    [InlineData(2.3e-7, "s", "0.23 us")]
    [InlineData(double.PositiveInfinity, "percent", "+inf %")]
    public void A_value_is_said_in_the_unit_an_operator_uses(double value, string unit, string said) =>
        Assert.Equal(said, RawUnits.Value(value, unit));

    [Fact]
    public void Value_and_expectation_each_have_a_scale_and_a_unit_that_can_be_read()
    {
        Assert.Equal("100 MiB, expected 41 +- 4 GiB", RawUnits.Against(100.0 * (1 << 20), 41 * Gi, 4 * Gi, "bytes"));
        Assert.Equal("3.1 GiB, its peers 41 +- 4 GiB", RawUnits.Against(3.1 * Gi, 41 * Gi, 4 * Gi, "bytes", "its peers"));
        Assert.Equal("100 MiB", RawUnits.Against(100.0 * (1 << 20), double.NaN, double.NaN, "bytes"));
        Assert.Equal("98 %, expected 20 %", RawUnits.Against(0.98, 0.2, 0, "share"));
        Assert.Equal("97.3 %, expected <0.001 %", RawUnits.Against(0.973, 2.05e-8, 1e-9, "share"));
        Assert.Equal("12 MiB/s, expected 0 +- 3 KiB/s", RawUnits.Against(12.0 * (1 << 20), 0, 3072, "bytes/s"));
        Assert.Equal("nothing, expected 2 +- 0.5 mounts", RawUnits.Against(double.NaN, 2, 0.5, "mounts"));
    }

    /// <summary>Over all units of the catalogue and all sizes: three digits or so, no exponent that nobody reads below 1e15 of the largest scale, and a unit behind both numbers.</summary>
    [Fact]
    public void Whatever_the_number_it_is_short_and_says_its_unit()
    {
        foreach (var unit in (string[])["bytes", "bytes/s", "KiB/s", "MiB", "share", "percent", "s", "s/op", "Hz", "MHz", "celsius", "watts", "1/s", "", "mounts"])
        {

            for (var power = -12; power <= 12; power++)
            {
                var value = 1.2345 * Math.Pow(10, power);
                var said = RawUnits.Against(value, 3 * value, value / 2, unit);
                Assert.DoesNotContain("e+", said);
                Assert.DoesNotContain("e-", said);
                Assert.InRange(said.Length, 3, 80);
                var sides = said.Split(", expected ");
                Assert.Equal(2, sides.Length);
                Assert.True(unit.Length == 0 || sides.All(s => s.Any(c => char.IsAsciiLetter(c) || c == (char)37)), said);
            }
        }
    }

    [Theory]
    [InlineData("a\u001b[31mb\nc\u202ed", 40, "a?[31mb?c?d")]
    [InlineData("abcdefgh", 6, "abc...")]
    [InlineData("gr\u00fc\u00dfe \u65e5", 40, "gr\u00fc\u00dfe \u65e5")]
    [InlineData("\ud83d\ude00\ud83d\ude00\ud83d\ude00", 5, "\ud83d\ude00...")]
    [InlineData("", 5, "")]
    public void Hostile_text_is_one_plain_bounded_line(string text, int max, string line) => Assert.Equal(line, OneLine.Of(text, max));

    [Fact]
    public void Every_text_stays_within_its_bound_and_is_whole_unicode()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(0xD7F0, 0xE010))]);
            var max = random.Next(1, 12);
            var line = OneLine.Of(text, max);
            Assert.True(line.Length <= max);
            Assert.Equal(line, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(line)));
        }
    }

    [Theory]
    [InlineData("memory_used_bytes", FaultKind.Memory)]
    [InlineData("cpu_iowait_share", FaultKind.Disk)]
    [InlineData("cpu_throttles", FaultKind.Thermal)]
    [InlineData("gpu_temperature_max", FaultKind.Thermal)]
    [InlineData("gpu_util_mean", FaultKind.Gpu)]
    [InlineData("ib_errors_max", FaultKind.Fabric)]
    [InlineData("nfs_requests", FaultKind.Filesystem)]
    [InlineData("something_else", FaultKind.Unknown)]
    public void A_metric_speaks_of_a_part(string metric, FaultKind kind) => Assert.Equal(kind, FaultKinds.Of(metric));

    [Fact]
    public void The_part_with_the_largest_share_is_named_and_too_small_a_share_is_not()
    {
        Assert.Equal(FaultKind.Disk, FaultKinds.Of([Of("cpu_user_share", 0.4f), Of("disk_queue_max", 0.3f), Of("pressure_io_stalled", 0.2f)], busy: true));
        Assert.Equal(FaultKind.Unknown, FaultKinds.Of([Of("cpu_user_share", 0.2f), Of("disk_queue_max", 0.2f), Of("other", 0.6f)], busy: true));
    }

    [Fact]
    public void Work_that_stops_is_a_hang_unless_nothing_runs()
    {
        MetricEvidence[] top = [new("cpu_user_share", "share", 0.4f, 0.01, 0.9, 0.05, null), new("cpu_idle_share", "share", 0.4f, 0.98, 0.05, 0.05, null), Of("memory_used_bytes", 0.2f)];
        Assert.Equal(FaultKind.Hang, FaultKinds.Of(top, busy: true));
        Assert.Equal(FaultKind.Cpu, FaultKinds.Of(top, busy: false));
    }

    private static MetricEvidence Of(string metric, float share) => new(metric, "", share, 2, 1, 1, null);
}
