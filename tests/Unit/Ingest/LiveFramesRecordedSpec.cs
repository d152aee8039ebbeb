using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Frames;
using Tocsin.Ingest.Prometheus;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Unit.Ingest;

/// <summary>The test bed's scrapes through live frames, against what the recording's own reader makes of them.</summary>
public sealed class LiveFramesRecordedSpec(ITestOutputHelper output)
{
    private const int Scrapes = 1500;
    private const long Cadence = 1000;

    private static readonly NodeKey Node = new("local", "node");

    [Fact]
    public void Frames_assembled_live_equal_those_of_the_recording()
    {
        if (Batches() is not { } batches)
            return;
        var expected = Recorded(batches);
        var live = Live(batches.Select(b => (IReadOnlyList<SampleBatch>)[b]), out var counts);
        Equal(expected, live, exact: true);
        output.WriteLine($"{live.Count} of {expected.Count} frames; closed whole {counts.ClosedWhole}, by time {counts.ClosedByTime}, too close {counts.TooClose}");
        Assert.InRange(live.Count, expected.Count - 5, expected.Count);
        Assert.InRange(counts.ClosedByTime, 0, live.Count / 50);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void In_pieces_over_several_connections_repeated_and_out_of_order_they_are_the_same(int seed)
    {
        if (Batches() is not { } batches)
            return;
        var random = new Random(seed);
        // Three connections, each with its share of the series and in its own order, now ahead of the others and now behind; some pieces come twice.
        var pieces = new List<(double At, SampleBatch Batch)>();
        var reached = new double[3];
        for (var i = 0; i < batches.Count; i++)
        {
            for (var c = 0; c < 3; c++)
            {
                var share = batches[i] with { Samples = [.. batches[i].Samples.Where((_, s) => s % 3 == c)] };
                reached[c] = Math.Max(reached[c] + 0.001, i + (random.NextDouble() * 1.2));
                pieces.Add((reached[c], share));
                if (random.Next(10) == 0)
                    pieces.Add((i + (random.NextDouble() * 6), share));
            }
        }
        var live = Live(pieces.OrderBy(p => p.At).Select(p => (IReadOnlyList<SampleBatch>)[p.Batch]), out var counts);
        var expected = Recorded(batches);
        Equal(expected, live, exact: false);
        output.WriteLine($"{live.Count} of {expected.Count} frames; whole {counts.ClosedWhole}, by time {counts.ClosedByTime}, late {counts.Late}, repeated {counts.Repeated}");
        Assert.InRange(live.Count, expected.Count - 5, expected.Count);
    }

    [Fact]
    public void Put_away_and_taken_up_again_anywhere_they_are_the_same()
    {
        if (Batches() is not { } batches)
            return;
        batches = batches[..60];
        var halves = batches.SelectMany(b => new[] { b with { Samples = [.. b.Samples.Take(200)] }, b with { Samples = [.. b.Samples.Skip(200)] } }).ToList();
        var whole = Live(halves.Select(b => (IReadOnlyList<SampleBatch>)[b]), out _);
        for (var cut = 1; cut < halves.Count; cut += 7)
        {
            var room = Room();
            var frames = new LiveFrames(room);
            var got = new SortedDictionary<long, Dictionary<string, float>>();
            for (var i = 0; i < halves.Count; i++)
            {
                if (i == cut)
                    frames = LiveFrames.Restore(room, frames.State);
                Feed(frames, halves[i], got);
            }
            Assert.Equal(whole.Keys, got.Keys);
            Assert.All(whole, f => Assert.Equal(f.Value, got[f.Key]));
        }
    }

    private static void Equal(SortedDictionary<long, Dictionary<string, float>> expected, SortedDictionary<long, Dictionary<string, float>> live, bool exact)
    {
        foreach (var (time, frame) in live)
        {
            Assert.Equal(expected[time].Keys.Order(), frame.Keys.Order());
            // Sums may be taken in another order of the devices.
            Assert.All(frame, v => Assert.Equal(expected[time][v.Key], v.Value, exact ? 0 : 1e-9 + (1e-5 * Math.Abs(v.Value))));
        }
        var before = long.MinValue / 2;
        foreach (var time in expected.Keys.SkipLast(2))
        {
            // What is missing came within 0.7 cadences of the frame before it: a scraper that catches up.
            Assert.True(live.ContainsKey(time) || 10 * (time - before) < 7 * Cadence, $"no frame at {time}");
            before = time;
        }
    }

    private SortedDictionary<long, Dictionary<string, float>> Live(IEnumerable<IReadOnlyList<SampleBatch>> batches, out FrameCounts counts)
    {
        var room = Room();
        var frames = new LiveFrames(room);
        var got = new SortedDictionary<long, Dictionary<string, float>>();
        foreach (var batch in batches.SelectMany(b => b))
            Feed(frames, batch, got);
        counts = room.Counts;
        return got;
    }

    private static void Feed(LiveFrames frames, SampleBatch batch, SortedDictionary<long, Dictionary<string, float>> into)
    {
        frames.Add(batch);
        while (frames.TryClose(long.MinValue, out var timeMs))
        {
            var row = new float[frames.Schema.Count];
            frames.Write(frames.Schema, row);
            into.Add(timeMs, Named(frames.Schema, row));
        }
    }

    private static LiveFrameRoom Room() => new(
        new LayoutPool(Catalogue.Default, new SchemaPool(), new Rejections()), new SeriesDictionary(), new LiveFrameOptions { CadenceMs = Cadence, GraceMs = 1000 });

    private static Dictionary<string, float> Named(MetricSchema schema, float[] row) =>
        schema.Metrics.Select((m, c) => (m.Name, row[c])).Where(v => !float.IsNaN(v.Item2)).ToDictionary(v => v.Name, v => v.Item2);

    private static SortedDictionary<long, Dictionary<string, float>> Recorded(IReadOnlyList<SampleBatch> batches)
    {
        var assembler = new FrameAssembler(Node, Catalogue.Default, new SchemaPool(), Cadence, new Rejections());
        var frames = new SortedDictionary<long, Dictionary<string, float>>();
        foreach (var batch in batches)
        {
            assembler.Take(batch);
            assembler.TakeNewColumns();
            var row = new float[assembler.Schema.Count];
            assembler.Write(row);
            frames.Add(batch.TimeMs, Named(assembler.Schema, row));
        }
        return frames;
    }

    private List<SampleBatch>? Batches()
    {
        if (SharedData.Find("data/testbed-a", output) is not { } path)
            return null;
        var rejections = new Rejections();
        using var file = new GzipFile(Path.Combine(path, "scrapes.tsv.gz"), false);
        var reader = new ScrapeReader(file, "scrapes", rejections);
        var text = new PrometheusText(new SeriesTable(), rejections);
        var batches = new List<SampleBatch>();
        while (batches.Count < Scrapes && reader.Next())
        {
            var samples = new List<Sample>();
            text.Parse(reader.Body, TextFormat.Prometheus, samples);
            batches.Add(new SampleBatch(Node, reader.TimeMs, samples));
        }
        return batches;
    }
}
