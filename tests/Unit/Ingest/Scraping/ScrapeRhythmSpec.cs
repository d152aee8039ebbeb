using Tocsin.Ingest.Scraping;

namespace Tocsin.Unit.Ingest.Scraping;

public sealed class ScrapeRhythmSpec
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_003_217);

    [Fact]
    public void Targets_are_spread_evenly_over_the_interval()
    {
        var tenths = new int[10];
        for (var i = 0; i < 10_000; i++)
            tenths[(int)(ScrapeRhythm.UntilFirst($"http://cn{i:00000}:9100/metrics", Now, Interval) / Interval * 10)]++;
        // 1,000 a tenth with a standard deviation of 30.
        Assert.All(tenths, n => Assert.InRange(n, 850, 1150));
    }

    [Fact]
    public void A_restart_keeps_the_rhythm()
    {
        for (var i = 0; i < 100; i++)
        {
            var due = Now + ScrapeRhythm.UntilFirst($"t{i}", Now, Interval);
            var later = Now + TimeSpan.FromSeconds(i * 1.7);
            var again = later + ScrapeRhythm.UntilFirst($"t{i}", later, Interval);
            Assert.Equal(0, (again - due).Ticks % Interval.Ticks);
            Assert.InRange(again - later, TimeSpan.Zero, Interval);
        }
    }

    [Theory]
    [InlineData(0, 0.5, 1)]
    [InlineData(0, 14.99, 1)]
    [InlineData(0, 15.0, 2)]
    [InlineData(0, 47.0, 4)]
    [InlineData(3, 46.0, 4)]
    public void Missed_turns_are_left_out_and_none_comes_early(long last, double sinceFirst, long next) =>
        Assert.Equal(next, ScrapeRhythm.Next(last, TimeSpan.FromSeconds(sinceFirst), Interval));
}
