using Tocsin.Inference.Learning;
using Tocsin.Inference.Models;
using Tocsin.Inference.Training;
using Tocsin.Unit.Models;
using Tocsin.Unit.Training;
using Xunit.Abstractions;

namespace Tocsin.Unit.Learning;

/// <summary>What a trained model does on segments that it has not seen, where scoring looks: at the newest frame, a group of metrics hidden over the whole window.</summary>
public sealed class ReconstructionSpec(ITestOutputHelper output)
{
    private const int Metrics = 4;
    private const int Frames = 120;

    private static readonly TrainerOptions Options = new() { Window = 10, Width = 12, Layers = 2, Epochs = 25, Stride = 3, Threads = 2 };
    private static readonly HiddenGroups Groups = new([0, 0, 1, 1], 2);

    [Fact]
    public void What_the_other_metrics_tell_is_reconstructed()
    {
        var model = Train(Options, [.. Enumerable.Range(0, 8).Select(i => Prepared.Waves(Frames, Metrics, (ulong)i))]).Model;
        Assert.InRange(R2(model, [.. Enumerable.Range(100, 3).Select(i => Prepared.Waves(Frames, Metrics, (ulong)i))]), 0.4, 1);
    }

    [Fact]
    public void White_noise_is_not_reconstructed()
    {
        var model = Train(Options, [.. Enumerable.Range(0, 8).Select(i => Prepared.Noise(Frames, Metrics, (ulong)i))]).Model;
        Assert.InRange(R2(model, [.. Enumerable.Range(100, 3).Select(i => Prepared.Noise(Frames, Metrics, (ulong)i))]), -0.5, 0.1);
        // Nor are the segments that it was trained on: they are not remembered.
        Assert.InRange(R2(model, [.. Enumerable.Range(0, 3).Select(i => Prepared.Noise(Frames, Metrics, (ulong)i))]), -0.5, 0.1);
    }

    [Fact]
    public void A_hidden_value_does_not_reach_its_own_reconstruction()
    {
        var model = Train(Options with { Epochs = 2 }, [Prepared.Waves(Frames, Metrics, 1)]).Model;
        var source = new GroupResidual(new PackedModel(model), Groups, Options.Window);
        var waves = Prepared.Waves(Frames, Metrics, 2).Segment;
        var changed = Prepared.From(Frames, Metrics, (t, m) => m is 0 or 1 ? 3 : waves.Row(t)[m]);
        var (a, b) = (new float[Metrics], new float[Metrics]);
        source.Compute(waves, 60, 1, a);
        source.Compute(changed, 60, 1, b);
        for (var m = 0; m < 2; m++)
            Assert.Equal(waves.Row(60)[m] - a[m], 3 - b[m], 4);
    }

    [Fact]
    public void After_training_on_three_regimes_each_expert_has_a_tenth_of_the_tokens()
    {
        var segments = Enumerable.Range(0, 9).Select(i => (i % 3) switch
        {
            0 => Prepared.Waves(Frames, Metrics, (ulong)i, period: 17, pattern: 1),
            1 => Prepared.Waves(Frames, Metrics, (ulong)i, period: 5, pattern: 2),
            _ => new TrainingSegment(Prepared.From(Frames, Metrics, (t, m) => (m - 1) * 0.8f), 3),
        }).ToList();
        Balanced(Train(Options with { Layers = 3 }, segments, patternIds: 4));
    }

    [Fact]
    public void The_weights_of_metrics_reach_the_gradient_and_the_trained_model()
    {
        var shape = ModelShape.For(Metrics, segmentIds: 2);
        using var session = new TrainingSession(ReconstructionModel.Create(shape, 1));
        var batch = Batches.Waves(shape, 4, 10, 3);
        Array.Fill(batch.MetricWeight, 1);
        session.Gradient(batch);
        var even = session.Gradients.ToArray();
        batch.MetricWeight[0] = 5;
        session.Gradient(batch);
        Assert.NotEqual(even, session.Gradients.ToArray());

        // And to where they are made for: what weighs more is reconstructed better.
        TrainingSegment[] segments = [.. Enumerable.Range(0, 4).Select(i => Prepared.Waves(Frames, Metrics, (ulong)i))];
        var few = Options with { Epochs = 2 };
        var first = new ModelTrainer(few, new HidingPlan(Groups), [10, 0.1f, 0.1f, 0.1f]).Train(segments, [], 2, null, null).Model;
        var last = new ModelTrainer(few, new HidingPlan(Groups), [0.1f, 0.1f, 0.1f, 10]).Train(segments, [], 2, null, null).Model;
        Assert.True(Error(first, segments[0], 0) < Error(last, segments[0], 0));
        Assert.True(Error(last, segments[0], 3) < Error(first, segments[0], 3));
    }

    [Fact]
    public void The_weights_of_metrics_reach_the_score_of_a_frame()
    {
        var library = SmallRecording.Library.Value;
        Assert.All(library.Models, m => Assert.True(m.Weights.Max() > 1.1f * m.Weights.Min()));
        var segment = SmallRecording.Of("solver", 30, 4);
        var plain = new SegmentDetector(library).Score(segment).Select(v => v.Plain.Wmse).ToList();
        var even = SmallRecording.Bent(library.Thresholds, m => m with { Weights = [.. m.Weights.Select(_ => 1f)] });
        Assert.NotEqual(plain, new SegmentDetector(even).Score(segment).Select(v => v.Plain.Wmse));
    }

    private static TrainedModel Train(TrainerOptions options, IReadOnlyList<TrainingSegment> segments, int patternIds = 2) =>
        new ModelTrainer(options, new HidingPlan(Groups), [1, 1, 1, 1]).Train(segments, [], patternIds, null, null);

    private void Balanced(TrainedModel trained)
    {
        output.WriteLine(string.Join(' ', trained.ExpertShares.Select(s => s.ToString("P1"))));
        Assert.All(trained.ExpertShares, share => Assert.InRange(share, 0.1, 0.8));
    }

    private static double Error(ReconstructionModel model, TrainingSegment segment, int metric) => Residuals(model, segment).Sum(r => Math.Pow(r[metric], 2));

    private double R2(ReconstructionModel model, IReadOnlyList<TrainingSegment> segments)
    {
        double residual = 0, spread = 0;
        foreach (var segment in segments)
        {
            residual += Residuals(model, segment).Sum(r => r.Sum(v => v * (double)v));
            for (var m = 0; m < Metrics; m++)
            {
                var values = Enumerable.Range(0, Frames).Select(t => (double)segment.Segment.Row(t)[m]).ToArray();
                spread += values.Skip(1).Sum(v => Math.Pow(v - values.Average(), 2));
            }
        }
        output.WriteLine($"R2 {1 - (residual / spread):F3}");
        return 1 - (residual / spread);
    }

    private static List<float[]> Residuals(ReconstructionModel model, TrainingSegment segment)
    {
        var source = new GroupResidual(new PackedModel(model), Groups, Options.Window);
        var result = new List<float[]>();
        for (var t = 1; t < segment.Segment.Frames; t++)
        {
            result.Add(new float[Metrics]);
            source.Compute(segment.Segment, t, segment.PatternId, result[^1]);
        }
        return result;
    }
}
