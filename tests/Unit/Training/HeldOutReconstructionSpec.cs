using Tocsin.Inference.Models;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Training;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Preparation;
using Xunit.Abstractions;

namespace Tocsin.Unit.Training;

/// <summary>What the model tells of hidden entries of segments that it never saw, with complementary random masks of a quarter each.</summary>
public sealed class HeldOutReconstructionSpec(ITestOutputHelper output)
{
    private const int Window = 20;
    private const int Masks = 4;

    [Fact]
    public void On_the_published_sample_it_beats_the_segments_own_mean_and_the_last_value()
    {
        if (SharedData.Find("data/nodesentry", output) is not { } folder)
            return;
        var segments = DataFolder.Open(folder, new DataOptions { Part = "Train" }).Segments(default)
            .Select(s => GapFilling.Interpolate(s, 10 * s.CadenceMs)).ToList();
        // Every fifth from the third on: three segments of three nodes and jobs, chosen before anything was measured.
        var held = segments.Where((_, i) => i % 5 == 2).ToList();
        var (model, r2) = TrainAndJudge([.. segments.Except(held)], held, epochs: 30);

        output.WriteLine($"held out: {string.Join(", ", held.Select(h => $"{h.Node.Name}_{h.JobId}"))}");
        output.WriteLine($"R2 against the segment's own mean: model {r2.Model:F3}, mean of the window's visible values {r2.WindowMean:F3}, hold-last {r2.HoldLast:F3}");
        output.WriteLine($"tokens by layer and expert: {string.Join(' ', model.ExpertShares.Select(s => s.ToString("P0")))}");
        Assert.True(r2.Model >= 0.2, $"R2 {r2.Model:F3}");
        Assert.True(r2.Model > r2.HoldLast, $"R2 {r2.Model:F3} against {r2.HoldLast:F3} of hold-last");
        Assert.All(model.ExpertShares, share => Assert.InRange(share, 0.1, 1));
    }

    [Fact]
    public void White_noise_is_not_reconstructed()
    {
        var random = new SeededRandom(5);
        Segment Noise(int start) => Segments.From(
            [.. Enumerable.Range(0, 24).Select(m => $"m{m}")], 400,
            _ => [.. Enumerable.Range(0, 24).Select(_ => Gaussian(random))], startMs: 1_000_000L * start, kind: MetricKind.Rate);
        var (_, r2) = TrainAndJudge([Noise(1), Noise(2), Noise(3), Noise(4)], [Noise(5)], epochs: 20);
        output.WriteLine($"white noise: R2 {r2.Model:F3}");
        Assert.InRange(r2.Model, -1, 0.1);
    }

    private static (TrainedModel Model, (double Model, double WindowMean, double HoldLast) R2) TrainAndJudge(List<Segment> training, List<Segment> held, int epochs)
    {
        var plan = PreparationFitter.Fit(training, new PreparationOptions());
        var segments = training.Select(s => new TrainingSegment(PreparedSegment.From(s, plan), 0)).ToList();
        var values = segments.SelectMany(s => s.Segment.Values).ToArray();
        var hiding = new HidingPlan(HiddenGroups.Of(values, plan.Count, new TrainerOptions().Groups));
        var weights = MetricWeights.Of(segments.Select(s => s.Segment), plan.Count, WeightRule.InverseChange);
        var model = new ModelTrainer(new TrainerOptions { Epochs = epochs }, hiding, weights).Train(segments, [], 1, null, null);
        return (model, Judge(model.Model, [.. held.Select(h => PreparedSegment.From(h, plan))]));
    }

    private static (double Model, double WindowMean, double HoldLast) Judge(ReconstructionModel model, List<PreparedSegment> held)
    {
        var metrics = model.Shape.Metrics;
        var session = new InferenceSession(new PackedModel(model), Window);
        var batch = new WindowBatch(1, Window, metrics);
        var (actual, output) = (new float[Window * metrics], new float[Window * metrics]);
        var baseline = new float[metrics];
        var random = new SeededRandom(99);
        double total = 0, byModel = 0, byMean = 0, byLast = 0;
        foreach (var segment in held)
        {
            var mean = new double[metrics];
            for (var i = 0; i < segment.Values.Length; i++)
                mean[i % metrics] += segment.Values[i] / segment.Frames;
            for (var newest = Window - 1; newest < segment.Frames; newest += Window)
            {
                var part = new int[Window * metrics];
                for (var i = 0; i < part.Length; i++)
                    part[i] = random.NextInt(Masks);
                for (var mask = 0; mask < Masks; mask++)
                {
                    WindowGather.Fill(segment, newest, Window, batch.Values, batch.Mask, batch.Valid, batch.Position, batch.LogTime);
                    batch.Values.CopyTo(actual, 0);
                    var missing = (float[])batch.Mask.Clone();
                    for (var i = 0; i < part.Length; i++)
                        batch.Mask[i] = part[i] == mask ? 1 : batch.Mask[i];
                    WindowBaseline.Of(batch.Values, batch.Mask, batch.Valid, baseline);
                    session.Reconstruct(batch, 0, output);
                    for (var i = 0; i < part.Length; i++)
                    {
                        if (part[i] != mask || missing[i] != 0)
                            continue;
                        var m = i % metrics;
                        total += Square(actual[i] - mean[m]);
                        byModel += Square(actual[i] - baseline[m] - output[i]);
                        byMean += Square(actual[i] - baseline[m]);
                        byLast += Square(actual[i] - Last(actual, batch.Mask, i, metrics, baseline[m]));
                    }
                }
            }
        }
        return (1 - (byModel / total), 1 - (byMean / total), 1 - (byLast / total));
    }

    /// <summary>The newest visible value of the metric before this entry.</summary>
    private static float Last(float[] actual, float[] mask, int at, int metrics, float otherwise)
    {
        for (var i = at - metrics; i >= 0; i -= metrics)
        {
            if (mask[i] == 0)
                return actual[i];
        }
        return otherwise;
    }

    private static double Square(double x) => x * x;

    private static float Gaussian(SeededRandom random) =>
        MathF.Sqrt(-2 * MathF.Log(1 - random.NextFloat())) * MathF.Cos(2 * MathF.PI * random.NextFloat());
}
