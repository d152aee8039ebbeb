using Tocsin.Daemon.Pictures;

namespace Tocsin.Unit.Pictures;

public sealed class ScorePictureSpec
{
    private const int PlotLeft = 64;
    private const int PlotRight = 1580;

    [Fact]
    public void A_dense_recording_is_drawn_in_the_stated_size()
    {
        var decoded = PngSpec.Decode(ScorePicture.Draw(new ScorePictureData("dense", [FakeScores.Node("node01", 1), FakeScores.Node("node02", 2)])));
        Assert.Equal(ScorePicture.Width, decoded.Width);
        Assert.InRange(decoded.Height, 2 * ScorePicture.PanelHeight, (2 * ScorePicture.PanelHeight) + 140);
        Assert.False(decoded.HasAlpha);
    }

    [Fact]
    public void The_same_data_gives_the_same_pixels()
    {
        var data = new ScorePictureData("same", [FakeScores.Node("node01", 3)]);
        var (a, b) = (ScorePicture.Draw(data), ScorePicture.Draw(data));
        for (var y = 0; y < a.Height; y++)
            Assert.True(a.Row(y).SequenceEqual(b.Row(y)));
    }

    [Theory]
    [InlineData("gap")]
    [InlineData("nan")]
    public void Neither_a_gap_nor_unscored_frames_are_bridged_by_the_line(string how)
    {
        var node = Steady(1000);
        if (how == "nan")
            Array.Fill(node.Scores, float.NaN, 400, 200);
        else
            node = Without(node, 400, 600);
        var canvas = ScorePicture.Draw(new ScorePictureData("hole", [node]));
        Assert.Equal(0, InkedRows(canvas, 0.5));
        Assert.InRange(InkedRows(canvas, 0.2), 1, 4);
        Assert.InRange(InkedRows(canvas, 0.8), 1, 4);
    }

    [Fact]
    public void A_pause_of_three_cadences_is_still_one_line()
    {
        var node = Without(Steady(100), 50, 52);
        Assert.InRange(InkedRows(ScorePicture.Draw(new ScorePictureData("pause", [node])), 0.51), 1, 4);
        node = Without(Steady(100), 50, 53);
        Assert.Equal(0, InkedRows(ScorePicture.Draw(new ScorePictureData("pause", [node])), 0.51));
    }

    [Fact]
    public void One_scored_frame_between_two_that_are_not_is_still_seen()
    {
        var node = Steady(301);
        Array.Fill(node.Scores, float.NaN, 100, 100);
        node.Scores[150] = 2;
        Assert.InRange(InkedRows(ScorePicture.Draw(new ScorePictureData("lone", [node])), 150.0 / 301), 1, 5);
    }

    [Fact]
    public void Found_missed_and_false_differ_in_colour_and_in_shape()
    {
        var clean = Count(Steady(600), Palette.Found, Palette.Missed, Palette.False, Palette.Alarm);
        var found = Steady(600);
        Array.Fill(found.Alarms, true, 110, 20);
        var one = Count(With(found, new FaultSpan("mem_leak", 100_000, 140_000, true)), Palette.Found, Palette.Missed, Palette.False, Palette.Alarm);
        var missed = Count(With(Steady(600), new FaultSpan("mem_leak", 100_000, 140_000, false)), Palette.Found, Palette.Missed, Palette.False, Palette.Alarm);
        var wrong = Count(With(found, new FaultSpan("mem_leak", 300_000, 340_000, false)), Palette.Found, Palette.Missed, Palette.False, Palette.Alarm);
        Assert.True(one[0] > clean[0] && one[1] == clean[1] && one[2] == clean[2] && one[3] > clean[3], "found");
        Assert.True(missed[0] == clean[0] && missed[1] > clean[1] && missed[2] == clean[2] && missed[3] == clean[3], "missed");
        Assert.True(wrong[0] == clean[0] && wrong[1] > clean[1] && wrong[2] > clean[2] && wrong[3] == clean[3], "false");
        // A disc of radius 4 against two bars crossed: the shapes alone tell them apart.
        Assert.True(one[0] - clean[0] > 1.2 * (missed[1] - clean[1]));
    }

    [Fact]
    public void Without_the_truth_no_alarm_is_called_false()
    {
        var node = Steady(600);
        node.Alarms[300] = true;
        Assert.False(Assert.Single(AlarmEpisodes.Of(node, 5000)).False);
        Assert.True(Assert.Single(AlarmEpisodes.Of(With(node), 5000)).False);
    }

    [Fact]
    public void Episodes_bridge_five_frames_and_belong_to_a_fault_until_five_seconds_after_it()
    {
        var node = With(Steady(200), new FaultSpan("disk_io", 10_000, 20_000, true));
        foreach (var i in new[] { 25, 31, 38, 60, 66 })
            node.Alarms[i] = true;
        Assert.Equal(
            [new AlarmEpisode(25_000, 31_000, false), new AlarmEpisode(38_000, 38_000, true), new AlarmEpisode(60_000, 66_000, true)],
            AlarmEpisodes.Of(node, 5000));
    }

    [Theory]
    [InlineData(27, true)]
    [InlineData(40, false)]
    [InlineData(400, false)]
    public void Names_of_faults_do_not_cover_each_other_and_where_there_is_room_no_leader_crosses_them(int count, bool roomy)
    {
        var every = 1_500_000L / count;
        var faults = Enumerable.Range(0, count).Select(i => new FaultSpan(i % 3 == 0 ? "mem_bandwidth" : "disk_io", i * every, (i * every) + 9000, i % 2 == 0)).ToArray();
        var axis = new TimeAxis(0, 1_500_000, new Box(PlotLeft, 0, PlotRight - PlotLeft, 0), TimeLabels.Relative);
        var placed = FaultLabels.Place(faults, axis, 1596, 4);
        var labels = placed.Where(l => l.Lane >= 0).ToArray();
        Assert.Equal(count, placed.Count);
        Assert.InRange(labels.Length, Math.Min(count, 40), count);
        Assert.Equal(roomy, placed.All(l => !l.Crossed));
        foreach (var a in labels)
        {
            Assert.InRange(a.X + a.Width, a.X, 1596);
            foreach (var b in labels.Where(b => b != a))
            {
                Assert.True(a.Lane != b.Lane || a.X + a.Width < b.X || b.X + b.Width < a.X, $"{a} on {b}");
                var leaderCrosses = a.Lane > b.Lane && a.Anchor >= b.X && a.Anchor <= b.X + b.Width;
                Assert.True(!leaderCrosses || b.Crossed || b.Anchor > b.X + 1, $"{a} through {b}");
            }
        }
    }

    [Fact]
    public void Hostile_names_and_values_are_harmless()
    {
        var node = Steady(300);
        var names = new[] { "a\u0000\u001B[31m\r\n", new string('W', 10_000), "\u202E\u05E9\u05DC\u05D5\u05DD", "", "%s{0}" };
        (node.Scores[5], node.Scores[6], node.Scores[7], node.Scores[8]) = (float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -3);
        (node.Thresholds[9], node.Thresholds[10]) = (float.PositiveInfinity, float.NaN);
        (node.TimesMs[20], node.TimesMs[21]) = (node.TimesMs[21], node.TimesMs[20]);
        var hostile = new NodeScores
        {
            Node = names[1],
            TimesMs = node.TimesMs,
            Scores = node.Scores,
            Thresholds = node.Thresholds,
            Alarms = node.Alarms,
            Jobs = [.. names.Select((n, i) => new JobBand(n, i * 40_000, (i * 40_000) + 39_000)), new JobBand("late", long.MaxValue - 1, long.MaxValue), new JobBand("back", 9000, 8000), new JobBand("ever", long.MinValue, long.MaxValue)],
            Faults = [.. names.Select((n, i) => new FaultSpan(n, i * 50_000, (i * 50_000) + 9_000, i % 2 == 0)), new FaultSpan("none", 5000, 5000, false)],
        };
        var canvas = ScorePicture.Draw(new ScorePictureData(names[1], [hostile]) { ScoreLabel = names[1] });
        Assert.Equal(ScorePicture.Width, canvas.Width);
        Assert.InRange(InkedRows(canvas, 0.8), 1, 6);
    }

    [Fact]
    public void No_scores_at_all_is_said_in_the_picture()
    {
        var none = ScorePicture.Draw(new ScorePictureData("nothing", []));
        var blank = ScorePicture.Draw(new ScorePictureData("nothing", [new NodeScores { Node = "n", TimesMs = [], Scores = [], Thresholds = [], Alarms = [] }]));
        var ink = Enumerable.Range(700, 200).Count(x => Enumerable.Range(180, 40).Any(y => none[x, y] != Palette.Paper));
        Assert.InRange(ink, 100, 200);
        Assert.Equal(none.Height, blank.Height);
        var unscored = Steady(50);
        Array.Fill(unscored.Scores, float.NaN);
        var panel = ScorePicture.Draw(new ScorePictureData("unscored", [unscored]));
        Assert.Equal(0, InkedRows(panel, 0.3));
        Assert.Contains(Enumerable.Range(780, 80), x => InkedRows(panel, (x - 64) / 1516.0) > 5);
    }

    [Fact]
    public void More_than_eight_nodes_are_cut_to_eight_and_many_job_names_do_not_grow_the_picture_without_end()
    {
        var nodes = Enumerable.Range(0, 12).Select(i => new NodeScores
        {
            Node = $"n{i}",
            TimesMs = [0, 1000],
            Scores = [1, 1],
            Thresholds = [2, 2],
            Alarms = [false, false],
            Jobs = [.. Enumerable.Range(0, 500).Select(j => new JobBand($"a_rather_long_job_name_{i}_{j}", j, j + 1))],
        }).ToArray();
        Assert.InRange(ScorePicture.Draw(new ScorePictureData("many", nodes)).Height, 8 * ScorePicture.PanelHeight, (8 * ScorePicture.PanelHeight) + 200);
    }

    [Fact]
    public void Arrays_of_different_lengths_are_a_bug()
    {
        var node = new NodeScores { Node = "n", TimesMs = [1, 2], Scores = [1], Thresholds = [1, 1], Alarms = [false, false] };
        Assert.Throws<ArgumentException>(() => ScorePicture.Draw(new ScorePictureData("bug", [node])));
    }

    /// <summary>One frame a second from time 0, score 1, no threshold.</summary>
    private static NodeScores Steady(int frames) => new()
    {
        Node = "node01",
        TimesMs = [.. Enumerable.Range(0, frames).Select(i => 1000L * i)],
        Scores = [.. Enumerable.Repeat(1f, frames)],
        Thresholds = [.. Enumerable.Repeat(float.NaN, frames)],
        Alarms = new bool[frames],
    };

    private static NodeScores Without(NodeScores node, int from, int to)
    {
        var keep = Enumerable.Range(0, node.TimesMs.Length).Where(i => i < from || i >= to).ToArray();
        return new NodeScores
        {
            Node = node.Node,
            TimesMs = [.. keep.Select(i => node.TimesMs[i])],
            Scores = [.. keep.Select(i => node.Scores[i])],
            Thresholds = [.. keep.Select(i => node.Thresholds[i])],
            Alarms = [.. keep.Select(i => node.Alarms[i])],
        };
    }

    private static NodeScores With(NodeScores node, params FaultSpan[] faults) => new()
    {
        Node = node.Node,
        TimesMs = node.TimesMs,
        Scores = node.Scores,
        Thresholds = node.Thresholds,
        Alarms = node.Alarms,
        Faults = faults,
    };

    /// <summary>Pixels of the score's line in one column of the first panel.</summary>
    private static int InkedRows(Canvas canvas, double share)
    {
        var x = (int)(PlotLeft + (share * (PlotRight - PlotLeft)));
        return Enumerable.Range(60, 230).Count(y => canvas[x, y] is { R: < 120, G: < 130, B: < 150 });
    }

    private static int[] Count(NodeScores node, params Rgba[] colours)
    {
        var canvas = ScorePicture.Draw(new ScorePictureData("count", [node]));
        var counts = new int[colours.Length];
        for (var i = 0; i < canvas.Width * canvas.Height; i++)
        {
            var at = Array.IndexOf(colours, canvas[i % canvas.Width, i / canvas.Width]);
            if (at >= 0)
                counts[at]++;
        }
        return counts;
    }
}
