using Tocsin.Inference.Models;
using Tocsin.Inference.Tensors;

namespace Tocsin.Unit.Models;

/// <summary>The same weights in PyTorch, in double precision: outputs within 2e-5, gradients within 2e-5 of their parameter's largest one.</summary>
public sealed class ModelAgainstTorchSpec
{
    public static TheoryData<SimdPath> Paths => [.. SimdPaths.Available];

    [Theory, MemberData(nameof(Paths))]
    public void Reconstructions_equal_pytorchs(SimdPath path)
    {
        var fixture = new TorchFixture();
        var windows = fixture.Batch.Windows;
        var expected = fixture.Floats("output");
        for (var w = 0; w < windows.Count; w++)
        {
            var got = Batches.Reconstruct(fixture.Model, windows, w, path);
            for (var i = 0; i < got.Length; i++)
                Assert.Equal(expected[(w * got.Length) + i], got[i], 2e-5f);
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void Losses_and_the_gradient_of_every_parameter_equal_pytorchs(SimdPath path)
    {
        var fixture = new TorchFixture();
        using var session = new TrainingSession(fixture.Model, new TrainingOptions(Chunks: 1, LoadWeight: fixture.LoadWeight) { Path = path });
        var report = session.Gradient(fixture.Batch);
        Assert.Equal(fixture.Loss, report.Loss, 1e-5);
        Assert.Equal(fixture.LoadLoss, report.LoadLoss, 1e-5);
        var windowLoss = fixture.Floats("windowLoss");
        for (var w = 0; w < windowLoss.Length; w++)
            Assert.Equal(windowLoss[w], report.WindowLoss[w], 2e-5f);

        var parameters = fixture.Model.Parameters;
        for (var p = 0; p < parameters.Shapes.Count; p++)
        {
            var expected = fixture.Gradient(parameters.Shapes[p].Name);
            var got = session.Gradients.Slice(parameters.OffsetOf(p), expected.Length);
            var largest = expected.Max(Math.Abs);
            Assert.True(largest > 0, $"{parameters.Shapes[p].Name}: the fixture's gradient is zero and shows nothing");
            for (var i = 0; i < expected.Length; i++)
                Assert.True(Math.Abs(got[i] - expected[i]) <= 2e-5f * largest + 1e-7f, $"{parameters.Shapes[p].Name}[{i}]: {got[i]}, PyTorch {expected[i]}");
        }
    }
}
