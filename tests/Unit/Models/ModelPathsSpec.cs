using Tocsin.Inference.Models;
using Tocsin.Inference.Tensors;

namespace Tocsin.Unit.Models;

/// <summary>Two paths differ by the rounding of their sums: outputs of size 1 by less than 1e-5, gradients by less than 1e-5 of the parameter's largest.</summary>
public sealed class ModelPathsSpec
{
    private static readonly ModelShape Shape = ModelShape.For(metrics: 33, segmentIds: 3);

    public static TheoryData<SimdPath> Paths => [.. SimdPaths.Available];

    [Fact]
    public void All_paths_of_this_processor_agree()
    {
        var model = ReconstructionModel.Create(Shape, seed: 4);
        var batch = Batches.Waves(Shape, windows: 5, frames: 9, seed: 6);
        var wanted = Batches.Reconstruct(model, batch.Windows, 0, SimdPath.Portable);
        var gradient = Gradient(model, batch, SimdPath.Portable);
        foreach (var path in SimdPaths.Available)
        {
            var got = Batches.Reconstruct(model, batch.Windows, 0, path);
            for (var i = 0; i < wanted.Length; i++)
                Assert.Equal(wanted[i], got[i], 1e-5f);
            var other = Gradient(model, batch, path);
            for (var p = 0; p < model.Parameters.Shapes.Count; p++)
            {
                int start = model.Parameters.OffsetOf(p), length = model.Parameters[p].Length;
                var largest = gradient.Skip(start).Take(length).Max(MathF.Abs);
                for (var i = start; i < start + length; i++)
                    Assert.True(MathF.Abs(gradient[i] - other[i]) <= (1e-5f * largest) + 1e-8f, $"{path}, {model.Parameters.Shapes[p].Name}: {other[i]} for {gradient[i]}");
            }
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void The_tape_and_the_scoring_session_compute_the_same_model(SimdPath path)
    {
        var model = ReconstructionModel.Create(Shape, seed: 4);
        var batch = Batches.Waves(Shape, windows: 3, frames: 9, seed: 6);
        using var session = new TrainingSession(model, new TrainingOptions { Path = path });
        var report = session.Evaluate(batch);
        for (var w = 0; w < 3; w++)
        {
            var output = Batches.Reconstruct(model, batch.Windows, w, path);
            double error = 0, counted = 0;
            for (var i = 0; i < output.Length; i++)
            {
                var at = (w * output.Length) + i;
                if (!batch.Windows.Valid[at / Shape.Metrics])
                    continue;
                counted += batch.LossMask[at];
                error += batch.LossMask[at] * batch.MetricWeight[i % Shape.Metrics] * Math.Pow(output[i] - batch.Target[at], 2);
            }
            Assert.Equal(error / counted, report.WindowLoss[w], 1e-5);
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_path_gives_the_same_bits_again(SimdPath path)
    {
        var batch = Batches.Waves(Shape, windows: 5, frames: 9, seed: 6);
        Assert.Equal(Trained(batch, path, threads: 1), Trained(batch, path, threads: 1));
    }

    [Theory, MemberData(nameof(Paths))]
    public void Training_on_two_threads_gives_the_same_bits_as_on_one(SimdPath path)
    {
        var batch = Batches.Waves(Shape, windows: 9, frames: 9, seed: 6);
        var one = Trained(batch, path, threads: 1);
        Assert.Equal(one, Trained(batch, path, threads: 2));
        Assert.Equal(one, Trained(batch, path, threads: 3));
    }

    private static float[] Trained(TrainingBatch batch, SimdPath path, int threads)
    {
        var model = ReconstructionModel.Create(Shape, seed: 4);
        using var session = new TrainingSession(model, new TrainingOptions(threads) { Path = path });
        for (var i = 0; i < 12; i++)
        {
            session.Gradient(batch);
            session.Update();
        }
        return model.Parameters.Block.ToArray();
    }

    private static float[] Gradient(ReconstructionModel model, TrainingBatch batch, SimdPath path)
    {
        using var session = new TrainingSession(model, new TrainingOptions { Path = path });
        session.Gradient(batch);
        return session.Gradients.ToArray();
    }
}
