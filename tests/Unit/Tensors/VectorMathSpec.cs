using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Unit.Tensors;

public sealed unsafe class VectorMathSpec
{
    public static TheoryData<SimdPath> Paths => [.. SimdPaths.Available];

    /// <summary>Two-column softmax is e^x / (e^x + 1) where the second column is 0: it shows the exponential over its whole range.</summary>
    [Theory, MemberData(nameof(Paths))]
    public void The_exponential_is_within_4e_7_of_the_exact_one(SimdPath path)
    {
        var kernels = KernelTable.Of(path);
        var row = new AlignedBuffer(Layout.Unit);
        for (var x = -80f; x < 0; x += 0.01f)
        {
            row.Span.Clear();
            row.Span[0] = x;
            kernels.Softmax(1, 2, Layout.Unit, 1, row.Pointer);
            Assert.Equal(Math.Exp(x), row.Span[0] / row.Span[1], 4e-7 * Math.Exp(x));
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void Gelu_and_its_slope_are_within_2e_6_of_the_exact_tanh_form(SimdPath path)
    {
        var kernels = KernelTable.Of(path);
        AlignedBuffer x = new(2000), y = new(2000), slope = new(2000);
        for (var i = 0; i < x.Length; i++)
            x.Span[i] = (i - 1000) * 0.01f;
        kernels.Gelu(x.Length, x.Pointer, y.Pointer, slope.Pointer);
        for (var i = 0; i < x.Length; i++)
        {
            double v = x.Span[i], t = Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)));
            Assert.Equal(0.5 * v * (1 + t), y.Span[i], 2e-6);
            Assert.Equal((0.5 * (1 + t)) + (0.5 * v * (1 - (t * t)) * Math.Sqrt(2 / Math.PI) * (1 + (3 * 0.044715 * v * v))), slope.Span[i], 2e-6);
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void Softmax_of_large_scores_neither_overflows_nor_loses_the_sum(SimdPath path)
    {
        var row = new AlignedBuffer(32);
        row.Span.Fill(float.NaN);
        for (var i = 0; i < 21; i++)
            row.Span[i] = 1e4f + (i * 100);
        KernelTable.Of(path).Softmax(1, 21, 32, 1, row.Pointer);
        Assert.Equal(1f, row.Span[20]);
        Assert.All(row.Span[21..].ToArray(), padding => Assert.Equal(0f, padding));
    }
}
