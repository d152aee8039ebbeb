using Tocsin.Inference.Models;
using Tocsin.Inference.Tensors;

namespace Tocsin.Unit.Models;

public sealed class ModelBehaviourSpec
{
    private const int Frames = 8;

    private static readonly ModelShape Shape = ModelShape.For(metrics: 7, segmentIds: 3);

    private readonly ReconstructionModel _model = ReconstructionModel.Create(Shape, seed: 4);

    private static TrainingBatch Windows(int count) => Batches.Waves(Shape, count, Frames, seed: 8);

    [Fact]
    public void Rows_in_another_order_give_another_reconstruction()
    {
        var windows = Windows(1).Windows;
        var before = Batches.Reconstruct(_model, windows, 0);
        for (var m = 0; m < Shape.Metrics; m++)
        {
            int a = (2 * Shape.Metrics) + m, b = (5 * Shape.Metrics) + m;
            (windows.Values[a], windows.Values[b]) = (windows.Values[b], windows.Values[a]);
            (windows.Mask[a], windows.Mask[b]) = (windows.Mask[b], windows.Mask[a]);
        }
        var after = Batches.Reconstruct(_model, windows, 0);
        Assert.True(Largest(before[(7 * Shape.Metrics)..], after[(7 * Shape.Metrics)..]) > 1e-3f, "the newest frame does not see the order of the earlier ones");
    }

    [Fact]
    public void The_true_position_the_time_and_the_segment_each_reach_the_reconstruction()
    {
        var windows = Windows(1).Windows;
        var before = Batches.Reconstruct(_model, windows, 0);
        for (var t = 0; t < Frames; t++)
            windows.Position[t] += 20;
        var moved = Batches.Reconstruct(_model, windows, 0);
        for (var t = 0; t < Frames; t++)
            windows.LogTime[t] += 2;
        var later = Batches.Reconstruct(_model, windows, 0);
        windows.SegmentId[0] = (windows.SegmentId[0] + 1) % Shape.SegmentIds;
        var elsewhere = Batches.Reconstruct(_model, windows, 0);
        Assert.True(Largest(before, moved) > 1e-3f);
        Assert.True(Largest(moved, later) > 1e-4f);
        Assert.True(Largest(later, elsewhere) > 1e-4f);
    }

    [Fact]
    public void What_stands_in_padding_changes_nothing()
    {
        var batch = Windows(3);
        var windows = batch.Windows;
        Assert.Contains(false, windows.Valid[(2 * Frames)..]);
        var before = Batches.Reconstruct(_model, windows, 2);
        using var session = new TrainingSession(_model);
        session.Gradient(batch);
        var gradient = session.Gradients.ToArray();
        for (var row = 0; row < windows.Valid.Length; row++)
        {
            if (windows.Valid[row])
                continue;
            (windows.Position[row], windows.LogTime[row]) = (12345, float.NaN);
            windows.Values.AsSpan(row * Shape.Metrics, Shape.Metrics).Fill(float.NaN);
            batch.Target.AsSpan(row * Shape.Metrics, Shape.Metrics).Fill(99);
            batch.LossMask.AsSpan(row * Shape.Metrics, Shape.Metrics).Fill(1);
        }
        Assert.Equal(before, Batches.Reconstruct(_model, windows, 2));
        session.Gradient(batch);
        Assert.Equal(gradient, session.Gradients.ToArray());
    }

    [Fact]
    public void What_stands_under_the_mask_changes_nothing()
    {
        var windows = Windows(1).Windows;
        var before = Batches.Reconstruct(_model, windows, 0);
        for (var i = 0; i < windows.Mask.Length; i++)
        {
            if (windows.Mask[i] != 0)
                windows.Values[i] = i % 2 == 0 ? float.NaN : 1e30f;
        }
        Assert.Equal(before, Batches.Reconstruct(_model, windows, 0));
    }

    [Fact]
    public void The_mask_is_seen()
    {
        var windows = Windows(1).Windows;
        var seen = Array.FindIndex(windows.Mask, m => m == 0);
        windows.Values[seen] = 0;
        var before = Batches.Reconstruct(_model, windows, 0);
        windows.Mask[seen] = 1;
        Assert.True(Largest(before, Batches.Reconstruct(_model, windows, 0)) > 1e-4f, "a hidden value looks like one that is 0");
    }

    [Fact]
    public void A_new_model_carries_what_is_seen_of_a_metric_to_where_it_is_hidden()
    {
        var windows = Windows(1).Windows;
        Array.Clear(windows.Values);
        Array.Clear(windows.Mask);
        windows.Mask.AsSpan((Frames - 1) * Shape.Metrics).Fill(1);
        for (var metric = 0; metric < Shape.Metrics; metric++)
        {
            Assert.True(Newest(metric, 2) > Newest(metric, -2) + 0.2f);
        }

        float Newest(int metric, float seen)
        {
            for (var t = 0; t < Frames - 1; t++)
                windows.Values[(t * Shape.Metrics) + metric] = seen;
            var value = Batches.Reconstruct(_model, windows, 0)[((Frames - 1) * Shape.Metrics) + metric];
            for (var t = 0; t < Frames - 1; t++)
                windows.Values[(t * Shape.Metrics) + metric] = 0;
            return value;
        }
    }

    [Fact]
    public void A_windows_reconstruction_is_the_same_to_the_bit_in_whatever_batch()
    {
        var many = Windows(6).Windows;
        var session = new InferenceSession(new PackedModel(_model), Frames);
        var size = Frames * Shape.Metrics;
        float[] output = new float[size], newest = new float[Shape.Metrics];
        for (var w = 5; w >= 0; w--)
        {
            session.Reconstruct(many, w, output);
            session.ReconstructNewest(many, w, newest);
            var alone = new WindowBatch(1, Frames, Shape.Metrics);
            many.Values.AsSpan(w * size, size).CopyTo(alone.Values);
            many.Mask.AsSpan(w * size, size).CopyTo(alone.Mask);
            many.Valid.AsSpan(w * Frames, Frames).CopyTo(alone.Valid);
            many.Position.AsSpan(w * Frames, Frames).CopyTo(alone.Position);
            many.LogTime.AsSpan(w * Frames, Frames).CopyTo(alone.LogTime);
            alone.SegmentId[0] = many.SegmentId[w];
            Assert.Equal(output, Batches.Reconstruct(_model, alone, 0));
            var again = new float[Shape.Metrics];
            new InferenceSession(new PackedModel(_model), Frames).ReconstructNewest(alone, 0, again);
            Assert.Equal(newest, again);
            Assert.True(Largest(newest, output[^Shape.Metrics..]) < 1e-5f, "the newest frame alone differs from the newest of all");
        }
    }

    private static float Largest(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var largest = 0f;
        for (var i = 0; i < a.Length; i++)
            largest = MathF.Max(largest, MathF.Abs(a[i] - b[i]));
        return largest;
    }
}
