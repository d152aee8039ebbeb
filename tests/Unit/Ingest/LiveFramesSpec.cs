using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Frames;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest;

public sealed class LiveFramesSpec
{
    private const long Cadence = 1000;
    private const string Text = "metric r rate 1/s 1 = sum of c_total\nmetric g gauge - 1 = sum of g\nmetric worst gauge - 1 = max by d of dev";

    private static readonly NodeKey Node = new("c", "n");

    private readonly Dictionary<string, SeriesId> _series = new(StringComparer.Ordinal);
    private readonly LiveFrameRoom _room;
    private readonly LiveFrames _frames;

    public LiveFramesSpec()
    {
        _room = Room(Text);
        _frames = new LiveFrames(_room);
    }

    internal static LiveFrameRoom Room(string catalogue, long cadenceMs = Cadence) => new(
        new LayoutPool(Catalogue.Parse(catalogue, "test"), new SchemaPool(), new Rejections()), new SeriesDictionary(), new LiveFrameOptions { CadenceMs = cadenceMs, GraceMs = 500 });

    [Fact]
    public void A_frame_closes_as_soon_as_it_has_all_that_the_one_before_it_had()
    {
        Assert.Empty(Add(10_000, ("c_total", 5), ("g", 1)));
        // Nobody knows what belongs to the first one, so it waits for time to move on.
        Assert.Equal([(10_000, float.NaN, 1)], Add(11_500, ("c_total", 20)));
        Assert.Equal([(11_500, 10f, 7f)], Add(11_600, ("g", 7)));
        Assert.Equal([(12_500, 3f, 8f)], Add(12_500, ("c_total", 23), ("g", 8)));
        Assert.Equal((2, 1), (_room.Counts.ClosedWhole, _room.Counts.ClosedByTime));
    }

    [Fact]
    public void What_lacks_something_closes_when_a_later_frame_has_it_or_time_is_a_cadence_and_the_grace_on()
    {
        Warm();
        Assert.Empty(Add(12_000, ("g", 2)));
        Assert.Equal([(12_000, float.NaN, 2f), (13_000, 1f, 3f)], Add(13_000, ("c_total", 12), ("g", 3)));
        Assert.Empty(Add(14_000, ("g", 4)));
        Assert.Empty(Closed(15_499));
        Assert.Equal([(14_000, float.NaN, 4f)], Closed(15_500));
    }

    [Fact]
    public void A_frame_without_what_is_gone_for_good_waits_once()
    {
        Warm();
        Add(12_000, ("g", 2));
        Assert.Single(Closed(13_500));
        Assert.Single(Add(13_600, ("g", 2)));
        Assert.Single(Add(14_600, ("g", 2)));
    }

    [Fact]
    public void A_series_that_ended_is_not_waited_for_and_its_counter_goes_on_when_it_is_back()
    {
        Warm();
        Add(12_000, ("c_total", StaleMarker.Value));
        Assert.Equal([(12_000, float.NaN, 2f)], Add(12_000, ("g", 2)));
        Assert.Equal(1, _room.Counts.Ended);
        Add(13_000, ("c_total", 14));
        Assert.Equal([(13_000, 2f, 2f)], Add(13_000, ("g", 2)));
    }

    [Fact]
    public void The_same_samples_again_are_counted_and_change_nothing()
    {
        Warm();
        Add(12_000, ("c_total", 11));
        Add(12_000, ("c_total", 99));
        Assert.Equal([(12_000, 1f, 2f)], Add(12_000, ("g", 2)));
        Assert.Empty(Add(12_000, ("c_total", 99), ("g", 2)));
        Assert.Equal([(13_000, 1f, 2f)], Add(13_000, ("c_total", 12), ("g", 2)));
        Assert.Equal(3, _room.Counts.Repeated);
    }

    [Fact]
    public void Connections_out_of_order_meet_in_one_frame()
    {
        Warm();
        Add(12_400, ("g", 2));
        Assert.Equal([(12_000, 1f, 2f)], Add(12_000, ("c_total", 11)));
        Add(13_000, ("c_total", 12));
        Assert.Equal([(13_000, 1f, 3f)], Add(13_400, ("g", 3)));
    }

    [Fact]
    public void What_comes_after_its_frame_was_closed_is_late_and_the_next_frame_waits_for_it()
    {
        Warm();
        Add(12_000, ("g", 2));
        Closed(13_500);
        Assert.Empty(Add(12_100, ("c_total", 11)));
        Assert.Equal(1, _room.Counts.Late);
        Assert.Empty(Add(13_600, ("g", 3)));
        // The late one counts for nothing: 2 more in 2.6 s.
        Assert.Equal([(13_600, 2 / 2.6f, 3f)], Add(13_600, ("c_total", 12)));
    }

    [Fact]
    public void A_new_exporter_that_always_comes_after_the_others_is_learned()
    {
        Warm();
        Assert.Single(Add(12_000, ("c_total", 11), ("g", 2)));
        Assert.Empty(Add(12_500, ("dev{d=\"a\"}", 7)));
        Assert.Empty(Add(13_000, ("c_total", 12), ("g", 2)));
        Assert.Single(Add(13_500, ("dev{d=\"a\"}", 8)));
        Assert.Equal(8f, Value("worst"));
        Assert.Null(Device("worst"));
        Add(14_000, ("c_total", 13), ("g", 2));
        Add(14_500, ("dev{d=\"a\"}", 8), ("dev{d=\"b\"}", 9));
        Assert.Single(Add(15_000, ("c_total", 14), ("g", 2), ("dev{d=\"a\"}", 8), ("dev{d=\"b\"}", 9)));
        Assert.Equal("b", Device("worst"));
    }

    [Fact]
    public void An_exporter_that_is_scraped_more_often_than_the_cadence_does_not_make_more_frames()
    {
        Warm();
        var frames = new List<(long, float, float)>();
        for (var t = 0; t < 30; t++)
        {
            frames.AddRange(Add(12_000 + (t * 333), ("c_total", 10 + t)));
            if (t % 3 == 0)
                frames.AddRange(Add(12_000 + (t * 333), ("g", t)));
        }
        Assert.InRange(frames.Count, 8, 11);
        Assert.All(frames.Skip(1), f => Assert.InRange(f.Item2, 2.9f, 3.1f));
    }

    [Fact]
    public void Of_two_replicas_one_is_heard_until_it_is_silent()
    {
        SampleBatch Of(string replica, long t) => Batch(t, ("c_total", t), ("g", replica == "a" ? 1 : 2)) with { Replica = replica };
        var values = new List<float>();
        for (var t = 10_000L; t < 120_000; t += 1000)
        {
            if (t < 40_000)
                values.AddRange(Feed(Of("a", t)).Select(f => f.G));
            values.AddRange(Feed(Of("b", t + 100)).Select(f => f.G));
        }
        Assert.Equal(1, values[0]);
        Assert.Equal(2, values[^1]);
        Assert.Single(values.Zip(values.Skip(1)), p => p.First != p.Second);
    }

    [Fact]
    public void What_is_no_number_or_beyond_the_bound_is_counted()
    {
        Warm();
        Add(12_000, ("c_total", double.PositiveInfinity), ("g", double.NaN), ("other", 1));
        Add(12_000, ("other", 1));
        Assert.Equal(2, _room.Counts.NoNumber);
        var small = new LiveFrameRoom(_room.Layouts, new SeriesDictionary(), new LiveFrameOptions { CadenceMs = Cadence, MaxSeries = 2 });
        new LiveFrames(small).Add(Batch(0, ("c_total", 1), ("g", 1), ("dev{d=\"x\"}", 1)));
        Assert.Equal((2, 1), (small.Counts.Taken, small.Counts.TooManySeries));
    }

    [Fact]
    public void Series_that_are_gone_for_hours_are_let_go_of()
    {
        for (var d = 0; d < 200; d++)
            Add(10_000, ($"dev{{d=\"{d}\"}}", 1));
        for (var t = 11_000L; t < 11_000 + (3 * 3_600_000); t += 600_000)
        {
            Add(t, ("c_total", t), ("g", 1));
            Closed(t + 5000);
            _frames.Forget();
        }
        Assert.Equal(2, _frames.State.Series.Length);
        Assert.Single(Add(20_000_000, ("c_total", 1), ("g", 1)));
    }

    [Fact]
    public void Nodes_with_the_same_series_share_a_layout_in_whatever_order_they_came()
    {
        var rooms = Enumerable.Range(0, 3).Select(_ => new LiveFrames(_room)).ToList();
        (string, double)[] samples = [("c_total", 1), ("g", 2), ("dev{d=\"a\"}", 3)];
        for (var i = 0; i < rooms.Count; i++)
        {
            foreach (var sample in samples.Skip(i).Concat(samples.Take(i)))
                rooms[i].Add(Batch(10_000, sample));
            Assert.True(rooms[i].TryClose(20_000, out _));
        }
        Assert.Single(rooms.Select(r => r.Schema).Distinct());
        Assert.All(rooms, r => Assert.Equal(rooms[0].State.Series, r.State.Series));
    }

    private void Warm()
    {
        Add(10_000, ("c_total", 9), ("g", 2));
        Closed(11_500);
        Assert.Single(Add(11_000, ("c_total", 10), ("g", 2)));
    }

    private List<(long TimeMs, float R, float G)> Add(long timeMs, params (string Series, double Value)[] samples) => Feed(Batch(timeMs, samples));

    private List<(long TimeMs, float R, float G)> Feed(SampleBatch batch)
    {
        _frames.Add(batch);
        return Closed(long.MinValue);
    }

    private List<(long TimeMs, float R, float G)> Closed(long watermark)
    {
        var closed = new List<(long, float, float)>();
        while (_frames.TryClose(watermark, out var timeMs))
            closed.Add((timeMs, Value("r"), Value("g")));
        return closed;
    }

    private float Value(string metric)
    {
        var row = new float[_frames.Schema.Count];
        _frames.Write(_frames.Schema, row);
        var column = _frames.Schema.IndexOf(metric);
        return column < 0 ? float.NaN : row[column];
    }

    private string? Device(string metric)
    {
        var devices = new string?[_frames.Schema.Count];
        _frames.Write(_frames.Schema, new float[devices.Length], devices);
        return devices[_frames.Schema.IndexOf(metric)];
    }

    private SampleBatch Batch(long timeMs, params (string Series, double Value)[] samples) =>
        new(Node, timeMs, [.. samples.Select(s => new Sample(SeriesOf(s.Series), s.Value))]);

    private SeriesId SeriesOf(string text)
    {
        if (_series.TryGetValue(text, out var known))
            return known;
        var brace = text.IndexOf('{');
        return _series[text] = brace < 0 ? new SeriesId(text, []) : new SeriesId(text[..brace], [new("d", text.Split('"')[1])]);
    }
}
