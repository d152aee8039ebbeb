using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Unit.Tensors;

public sealed unsafe class ProductSpec
{
    /// <summary>Rows, columns, depth: below, at and above tiles, panels and passes of every path.</summary>
    public static TheoryData<SimdPath, int, int, int> Shapes
    {
        get
        {
            var data = new TheoryData<SimdPath, int, int, int>();
            foreach (var path in SimdPaths.Available)
            {
                foreach (var (m, n, k) in new[] { (1, 1, 1), (2, 3, 5), (13, 17, 4), (20, 84, 84), (29, 48, 33), (15, 33, 350), (7, 138, 276) })
                    data.Add(path, m, n, k);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Products_agree_with_sums_in_double(SimdPath path, int m, int n, int k)
    {
        var kernels = KernelTable.Of(path);
        int lda = Layout.Stride(k), ldc = Layout.Stride(n);
        AlignedBuffer a = Random(m * lda, 1), b = Random(k * n, 2), bias = Random(n, 3), c = new(m * ldc);
        var packed = kernels.Pack(k, n);
        packed.Fill(b.Pointer, n, bias.Pointer);
        kernels.Multiply(m, a.Pointer, lda, packed, c.Pointer, ldc, false);
        Assert.True(Error((i, j) => c.Span[(i * ldc) + j], (i, j) => Exact(i, j) + bias.Span[j]) < 1);
        kernels.Multiply(m, a.Pointer, lda, packed, c.Pointer, ldc, true);
        Assert.True(Error((i, j) => c.Span[(i * ldc) + j], (i, j) => 2 * (Exact(i, j) + bias.Span[j])) < 2);
        for (var i = 0; i < m; i++)
            Assert.All(c.Span.Slice((i * ldc) + n, ldc - n).ToArray(), padding => Assert.Equal(0f, padding));

        double Exact(int i, int j) => Sum(k, d => (double)a.Span[(i * lda) + d] * b.Span[(d * n) + j]);

        double Error(Func<int, int, float> got, Func<int, int, double> wanted) => Worst(m, n, k, got, wanted);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Products_of_transposes_agree_with_sums_in_double(SimdPath path, int m, int n, int k)
    {
        var kernels = KernelTable.Of(path);
        int lda = Layout.Stride(m), ldb = Layout.Stride(n);
        AlignedBuffer a = Random(k * lda, 1), b = Random(k * ldb, 2), c = Random(m * n, 3), back = Random(n * k, 4), d = new(m * Layout.Stride(n));
        var before = c.Span.ToArray();
        kernels.MultiplyTransposed(m, n, k, a.Pointer, lda, b.Pointer, ldb, c.Pointer, n, true);
        Assert.True(Worst(m, n, k, (i, j) => c.Span[(i * n) + j], (i, j) => before[(i * n) + j] + Sum(k, s => (double)a.Span[(s * lda) + i] * b.Span[(s * ldb) + j])) < 1);

        var packed = kernels.Pack(k, n);
        packed.FillTransposed(back.Pointer);
        var left = Random(m * Layout.Stride(k), 5);
        kernels.Multiply(m, left.Pointer, Layout.Stride(k), packed, d.Pointer, ldb, false);
        Assert.True(Worst(m, n, k, (i, j) => d.Span[(i * ldb) + j], (i, j) => Sum(k, s => (double)left.Span[(i * Layout.Stride(k)) + s] * back.Span[(j * k) + s])) < 1);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_product_writes_only_its_own_columns(SimdPath path, int m, int n, int k)
    {
        var kernels = KernelTable.Of(path);
        int ldb = Layout.Stride(n), ldc = n + 3;
        AlignedBuffer a = Random(m * k, 1), b = Random(k * ldb, 2), c = new(m * ldc);
        c.Span.Fill(-7);
        kernels.Multiply(m, n, k, a.Pointer, k, b.Pointer, ldb, c.Pointer, ldc, false);
        Assert.True(Worst(m, n, k, (i, j) => c.Span[(i * ldc) + j], (i, j) => Sum(k, s => (double)a.Span[(i * k) + s] * b.Span[(s * ldb) + j])) < 1);
        for (var i = 0; i < m; i++)
            Assert.All(c.Span.Slice((i * ldc) + n, 3).ToArray(), beside => Assert.Equal(-7f, beside));
    }

    /// <summary>In units of the bound for a sum of k products of numbers up to 1 in single precision: 2^-23 (k + 1).</summary>
    private static double Worst(int m, int n, int k, Func<int, int, float> got, Func<int, int, double> wanted)
    {
        double worst = 0;
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
                worst = Math.Max(worst, Math.Abs(got(i, j) - wanted(i, j)));
        }
        return worst / (Math.Pow(2, -23) * (k + 2));
    }

    private static double Sum(int count, Func<int, double> term)
    {
        double sum = 0;
        for (var i = 0; i < count; i++)
            sum += term(i);
        return sum;
    }

    private static AlignedBuffer Random(int length, ulong seed)
    {
        var buffer = new AlignedBuffer(length);
        var random = new SeededRandom(seed);
        foreach (ref var value in buffer.Span)
            value = random.NextFloat(-1, 1);
        return buffer;
    }
}
