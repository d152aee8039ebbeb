using Tocsin.Daemon.Pictures;

namespace Tocsin.Unit.Pictures;

public sealed class AxisSpec
{
    [Theory]
    [InlineData(0.7, 1)]
    [InlineData(1, 1)]
    [InlineData(1.1, 2)]
    [InlineData(0.03, 0.05)]
    [InlineData(6e9, 1e10)]
    public void Steps_are_one_two_or_five(double least, double step) => Assert.Equal(step, Scale.NiceStep(least), step * 1e-9);

    [Fact]
    public void Linear_ticks_are_round_and_span_the_data()
    {
        var scale = LinearScale.Around(0.3, 23.4);
        Assert.Equal((0, 25), (scale.Min, scale.Max));
        Assert.Equal([0, 5, 10, 15, 20, 25], scale.Ticks(0.15));
    }

    [Fact]
    public void Log_ticks_prefer_decades()
    {
        var scale = LogScale.Around(1, 15_000);
        Assert.Equal(["1", "10", "100", "1000", "10000"], scale.Ticks(0.15).Select(Numbers.Short));
        Assert.Equal(0.5, new LogScale(1, 100).Unit(10), 1e-12);
        Assert.True(double.IsFinite(scale.Unit(0)) && scale.Unit(-3) < 0);
    }

    [Fact]
    public void Calm_scores_and_peaks_both_get_a_good_part_of_the_axis()
    {
        var scores = Enumerable.Range(0, 1000).Select(i => i % 100 == 0 ? 40f : 0.3f + (i % 7 * 0.02f));
        var scale = AsinhScale.Around(scores, 1.2);
        Assert.InRange(scale.Unit(0.3), 0.1, 0.3);
        Assert.InRange(scale.Unit(1.2), 0.25, 0.5);
        Assert.InRange(scale.Unit(40), 0.9, 0.97);
        Assert.Equal(0, scale.Unit(0));
    }

    [Fact]
    public void Scores_that_are_all_zero_or_not_there_or_not_finite_still_make_an_axis()
    {
        foreach (var scores in new float[][] { [], [0, 0], [float.NaN], [float.PositiveInfinity, 1], [-5, -2], [1e-30f, 1e30f], [float.MaxValue, float.MinValue] })
        {
            var scale = AsinhScale.Around(scores, double.NaN);
            Assert.True(scale.Max > scale.Min && double.IsFinite(scale.Max) && double.IsFinite(scale.Min), string.Join(' ', scores));
            Assert.NotEmpty(scale.Ticks(0.1));
            Assert.All(scores.Where(float.IsFinite), s => Assert.InRange(scale.Unit(s), 0, 1));
        }
    }

    [Theory]
    [InlineData(1500, false, "0:00 1:00 2:00")]
    [InlineData(7200, false, "0:00:00 0:10:00 0:20:00")]
    [InlineData(1500, true, "09:26:00 09:28:00 09:30:00")]
    [InlineData(4, false, "0:00.0 0:00.2 0:00.4")]
    [InlineData(200_000, true, "11-21 12:00 11-21 18:00 11-22 00:00")]
    [InlineData(4_000_000, true, "2026-11-26 2026-12-03 2026-12-10")]
    [InlineData(4_000_000, false, "0 d 7 d 14 d")]
    public void Times_are_labelled_at_round_moments(long seconds, bool utc, string firstThree)
    {
        const long From = 1_795_253_095_000;
        var axis = new TimeAxis(From, From + (1000 * seconds), new Box(64, 0, 1516, 0), utc ? TimeLabels.Utc : TimeLabels.Relative);
        var ticks = axis.Ticks(axis.LabelStep).ToArray();
        Assert.Equal(firstThree, string.Join(' ', ticks.Take(3).Select(axis.Label)));
        Assert.InRange(ticks.Length, 3, 27);
    }

    [Fact]
    public void Absurd_spans_of_time_are_drawn_without_looping_or_failing()
    {
        foreach (var (from, to) in new[] { (0L, 1L), (0L, long.MaxValue), (long.MinValue / 2, long.MaxValue / 2), (-62_135_596_800_000L, 253_402_300_799_999L) })
        {
            foreach (var labels in new[] { TimeLabels.Relative, TimeLabels.Utc })
            {
                var axis = new TimeAxis(from, to, new Box(64, 0, 700, 0), labels);
                axis.Draw(new Canvas(800, 40, Palette.Paper), 0);
                Assert.InRange(axis.Ticks(axis.LabelStep).Count(), 1, 100);
            }
        }
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.05, "0.05")]
    [InlineData(0.3, "0.3")]
    [InlineData(15000, "15000")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(1e6, "1e6")]
    [InlineData(2e-5, "2e-5")]
    public void Numbers_are_short(double value, string shown) => Assert.Equal(shown, Numbers.Short(value));
}
