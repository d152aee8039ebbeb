using Tocsin.Inference.Evaluation;

namespace Tocsin.Unit.Evaluation;

public sealed class EpisodesSpec
{
    [Theory]
    [InlineData("..........", "")]
    [InlineData("AAAAAAAAAA", "0-9")]
    [InlineData("A.....A...", "0-6")]
    [InlineData("A......A..", "0-0 7-7")]
    [InlineData(".A.A.....A", "1-9")]
    public void Gaps_of_up_to_five_frames_are_merged(string alarms, string expected) =>
        Assert.Equal(expected, Found(Drawn.NoMargins, Drawn.Segment(new string('.', alarms.Length), alarms)));

    [Fact]
    public void An_alarm_goes_on_across_segments_of_a_node_and_never_across_nodes()
    {
        var quiet = new string('.', 4);
        var first = Drawn.Segment(quiet, "...A");
        var next = Drawn.Segment(quiet, "A...", job: "2", startMs: Drawn.StartMs + 4000);
        var other = Drawn.Segment(quiet, "A...", node: "cn02", startMs: Drawn.StartMs + 4000);
        Assert.Equal("3-4", Found(Drawn.NoMargins, next, first));
        Assert.Equal("3-3 4-4", Found(Drawn.NoMargins, first, other));
    }

    [Fact]
    public void Time_without_frames_counts_as_quiet_frames()
    {
        var first = Drawn.Segment("....", "...A");
        Assert.Equal("3-4", Found(Drawn.NoMargins, first, Drawn.Segment("....", "A...", job: "2", startMs: Drawn.StartMs + 9000)));
        Assert.Equal("3-3 4-4", Found(Drawn.NoMargins, first, Drawn.Segment("....", "A...", job: "2", startMs: Drawn.StartMs + 11000)));
    }

    [Theory]
    [InlineData("AA...........A", "")]
    [InlineData("..AAAAA.......", "5-6")]
    [InlineData("....A....A....", "9-9")]
    public void Margins_link_frames_and_are_part_of_no_episode(string alarms, string expected) =>
        Assert.Equal(expected, Found(new EvalOptions(), Drawn.Segment(new string('.', alarms.Length), alarms)));

    private static string Found(EvalOptions options, params ScoreSegment[] segments)
    {
        var table = Drawn.Table(options, segments);
        return string.Join(' ', Episodes.Find(table, table.Alarms, options.MergeGap).Select(e => $"{e.First}-{e.Last}"));
    }
}
