using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Unit.Tensors;

public sealed class AdamWSpec
{
    public static TheoryData<SimdPath> Paths => [.. SimdPaths.Available];

    /// <summary>Against the algorithm written out in double, with warm-up, a bounded norm, and one parameter that does not decay.</summary>
    [Theory, MemberData(nameof(Paths))]
    public void Steps_follow_the_algorithm(SimdPath path)
    {
        var parameters = new ParameterSet([new ParameterShape("a", 3, 7, true), new ParameterShape("b", 1, 5, false)]);
        parameters["a"].Fill(1);
        parameters["b"].Fill(-2);
        var options = new AdamWOptions(Rate: 0.1f, Decay: 0.2f, WarmUp: 3, MaxNorm: 0.5f);
        var gradients = new AlignedBuffer(parameters.Length);
        using var crew = new Crew(2);
        var optimizer = new AdamW(parameters, gradients, options, KernelTable.Of(path), crew);
        double[] w = [1, -2], m = [0, 0], v = [0, 0];
        for (var step = 1; step <= 6; step++)
        {
            double[] g = [0.1 * step, -0.3];
            gradients.Span.Clear();
            gradients.Span[..21].Fill((float)g[0]);
            gradients.Span.Slice(parameters.OffsetOf(1), 5).Fill((float)g[1]);
            var norm = Math.Sqrt((21 * g[0] * g[0]) + (5 * g[1] * g[1]));
            Assert.Equal(norm, optimizer.Step(0.5f), 1e-5);
            var rate = 0.1 * 0.5 * Math.Min(1, step / 3.0);
            for (var i = 0; i < 2; i++)
            {
                var d = g[i] * Math.Min(1, 0.5 / norm);
                (m[i], v[i]) = ((0.9 * m[i]) + (0.1 * d), (0.999 * v[i]) + (0.001 * d * d));
                if (i == 0)
                    w[i] -= rate * 0.2 * w[i];
                w[i] -= rate * m[i] / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
            }
        }
        Assert.All(parameters["a"].ToArray(), x => Assert.Equal(w[0], x, 2e-5));
        Assert.All(parameters["b"].ToArray(), x => Assert.Equal(w[1], x, 2e-5));
    }
}
