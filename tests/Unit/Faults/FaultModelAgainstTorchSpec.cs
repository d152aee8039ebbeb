using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Tensors;

namespace Tocsin.Unit.Faults;

/// <summary>The same weights in PyTorch, in double precision: outputs within 2e-5, gradients within 5e-5 of their parameter's largest one.</summary>
public sealed class FaultModelAgainstTorchSpec
{
    public static TheoryData<SimdPath, string> Paths
    {
        get
        {
            var all = new TheoryData<SimdPath, string>();
            foreach (var path in SimdPaths.Available)
            {
                foreach (var cross in (string[])["everyone", "neighbours", "none"])
                    all.Add(path, cross);
            }
            return all;
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void Losses_and_the_gradient_of_every_parameter_equal_pytorchs(SimdPath path, string cross)
    {
        var fixture = new FaultTorchFixture(cross);
        using var trainer = new MoeTrainer(fixture.Model, fixture.Weights, path: path);
        var step = trainer.Gradient(fixture.Batch());
        Assert.Equal(fixture.Number("detection"), step.Detection, 1e-5);
        Assert.Equal(fixture.Number("classification"), step.Classification, 1e-5);
        Assert.Equal(fixture.Number("likelihood"), step.Likelihood, 1e-5);
        Assert.Equal(fixture.Number("selection"), step.Selection, 1e-5);
        var parameters = fixture.Model.Parameters;
        for (var p = 0; p < parameters.Shapes.Count; p++)
        {
            var expected = fixture.Gradient(parameters.Shapes[p].Name);
            var got = trainer.Gradients.Slice(parameters.OffsetOf(p), expected.Length);
            var largest = expected.Max(Math.Abs);
            Assert.True(largest > 0, $"{parameters.Shapes[p].Name}: the fixture's gradient is zero and shows nothing");
            for (var i = 0; i < expected.Length; i++)
                Assert.True(Math.Abs(got[i] - expected[i]) <= (5e-5f * largest) + 1e-7f, $"{parameters.Shapes[p].Name}[{i}]: {got[i]}, PyTorch {expected[i]}");
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void What_is_served_with_the_experts_awake_alone_equals_pytorch_with_all(SimdPath path, string cross)
    {
        var fixture = new FaultTorchFixture(cross);
        var session = new MoeSession(fixture.Model, path);
        float[] faulty = fixture.Floats("faulty"), distances = fixture.Floats("distances");
        for (int g = 0, row = 0; g < fixture.Groups.Length; row += fixture.Groups[g++])
        {
            var hosts = fixture.Groups[g];
            float[] p = new float[hosts], d = new float[hosts * fixture.Shape.Faults];
            session.Run(fixture.Batch(g), p, d);
            for (var r = 0; r < hosts; r++)
                Assert.Equal(faulty[row + r], p[r], 2e-5f);
            for (var i = 0; i < d.Length; i++)
                Assert.Equal(distances[(row * fixture.Shape.Faults) + i], d[i], 2e-5f);
        }
    }
}
