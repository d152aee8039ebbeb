using Tocsin.Inference.Models;
using Tocsin.Inference.Tensors;

namespace Tocsin.Unit.Models;

public sealed class ModelGradientSpec
{
    public static TheoryData<SimdPath> Paths => [.. SimdPaths.Available];

    /// <summary>Along a random direction in each parameter, so that many elements add up to a difference far above the rounding of the loss (about 1e-7).
    /// Where a step makes a token change its expert, which no gradient can foresee, a shorter one is taken.</summary>
    [Theory, MemberData(nameof(Paths))]
    public void Gradients_of_the_whole_model_equal_difference_quotients(SimdPath path)
    {
        var shape = new ModelShape(Metrics: 5, Width: 18, Heads: 3, Layers: 2, Experts: 3, Hidden: 9, SegmentIds: 4);
        var model = ReconstructionModel.Create(shape, seed: 11);
        var batch = Batches.Waves(shape, windows: 4, frames: 6, seed: 3);
        const float loadWeight = 0.1f;
        using var session = new TrainingSession(model, new TrainingOptions(Chunks: 1, LoadWeight: loadWeight) { Path = path });
        session.Gradient(batch);
        var gradients = session.Gradients.ToArray();
        var tokens = session.Evaluate(batch).ExpertTokens.ToArray();
        var random = new SeededRandom(1);
        for (var p = 0; p < model.Parameters.Shapes.Count; p++)
        {
            var was = model.Parameters[p].ToArray();
            var direction = new float[was.Length];
            foreach (ref var d in direction.AsSpan())
                d = (random.NextFloat() < 0.5f ? -1 : 1) / MathF.Sqrt(direction.Length);
            double along = 0;
            for (var i = 0; i < was.Length; i++)
                along += (double)direction[i] * gradients[model.Parameters.OffsetOf(p) + i];
            double? quotient = null;
            for (var step = 0.01f; quotient is null; step /= 2)
            {
                Assert.True(step > 0.001f, $"{model.Parameters.Shapes[p].Name}: every step changes an expert");
                quotient = (At(step) - At(-step)) / (2 * step);
            }
            was.CopyTo(model.Parameters[p]);
            Assert.True(Math.Abs(along - quotient.Value) <= 2e-4 + (2e-3 * Math.Abs(quotient.Value)), $"{model.Parameters.Shapes[p].Name}: {along}, difference quotient {quotient}");

            double? At(float length)
            {
                for (var i = 0; i < was.Length; i++)
                    model.Parameters[p][i] = was[i] + (length * direction[i]);
                var report = session.Evaluate(batch);
                return tokens.AsSpan().SequenceEqual(report.ExpertTokens) ? report.Loss + (loadWeight * report.LoadLoss) : null;
            }
        }
    }

    /// <summary>One token: its expert gets a gradient, the others' parameters none at all.</summary>
    [Fact]
    public void Only_the_chosen_experts_parameters_learn_from_a_token()
    {
        var shape = new ModelShape(Metrics: 5, Width: 12, Heads: 3, Layers: 2, Experts: 3, Hidden: 9, SegmentIds: 1);
        var model = ReconstructionModel.Create(shape, seed: 2);
        var batch = Batches.Waves(shape, windows: 1, frames: 2, seed: 3);
        batch.Windows.Valid[0] = false;
        Array.Fill(batch.LossMask, 1);
        using var session = new TrainingSession(model, new TrainingOptions());
        var report = session.Gradient(batch);
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            Assert.Equal(1, Enumerable.Range(0, shape.Experts).Sum(e => report.ExpertTokens[(layer * shape.Experts) + e]));
            for (var expert = 0; expert < shape.Experts; expert++)
            {
                foreach (var name in new[] { "up.weight", "up.bias", "down.weight", "down.bias" })
                {
                    var index = model.Parameters.IndexOf($"layer{layer}.expert{expert}.{name}");
                    var gradient = session.Gradients.Slice(model.Parameters.OffsetOf(index), model.Parameters[index].Length).ToArray();
                    Assert.Equal(report.ExpertTokens[(layer * shape.Experts) + expert] == 1, gradient.Any(g => g != 0));
                }
            }
        }
    }

    /// <summary>With a renormalised weight (1 for one expert) this gradient would be zero.</summary>
    [Fact]
    public void The_router_learns_from_the_reconstruction_alone()
    {
        var shape = new ModelShape(Metrics: 5, Width: 12, Heads: 3, Layers: 1, Experts: 3, Hidden: 9, SegmentIds: 1);
        var model = ReconstructionModel.Create(shape, seed: 2);
        using var session = new TrainingSession(model, new TrainingOptions(LoadWeight: 0));
        session.Gradient(Batches.Waves(shape, windows: 3, frames: 6, seed: 3));
        var router = model.Parameters.IndexOf("layer0.router.weight");
        Assert.Contains(session.Gradients.Slice(model.Parameters.OffsetOf(router), model.Parameters[router].Length).ToArray(), g => Math.Abs(g) > 1e-5f);
    }
}
