using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Fourier;

/// <summary>
/// One self-sorting (Stockham) pass of radix p over a length p * Rest at a stride: for each q &lt; Rest and r &lt; Stride,
/// y[(p q + k) Stride + r] = w^(q k) sum over j of x[(q + Rest j) Stride + r] exp(-2 pi i j k / p), w = exp(-2 pi i / (p Rest)).
/// </summary>
internal abstract class Pass
{
    protected Pass(int radix, int rest, int stride)
    {
        (Radix, Rest, Stride) = (radix, rest, stride);
        Twiddles = new (double, double)[rest * radix];
        for (var q = 0; q < rest; q++)
        {
            for (var k = 0; k < radix; k++)
                Twiddles[q * radix + k] = Root((long)q * k, (long)radix * rest);
        }
    }

    protected int Radix { get; }

    protected int Rest { get; }

    protected int Stride { get; }

    /// <summary>w^(q k) at [q * Radix + k].</summary>
    protected (double Re, double Im)[] Twiddles { get; }

    public abstract void Run(Split x, Split y);

    public static Pass[] Chain(int length, IReadOnlyList<int> factors)
    {
        var passes = new Pass[factors.Count];
        var (rest, stride) = (length, 1);
        for (var i = 0; i < passes.Length; i++)
        {
            rest /= factors[i];
            passes[i] = factors[i] switch
            {
                2 => new Radix2(rest, stride),
                4 => new Radix4(rest, stride),
                var p => new OddRadix(p, rest, stride),
            };
            stride *= factors[i];
        }
        return passes;
    }

    /// <summary>exp(-2 pi i numerator / denominator).</summary>
    public static (double Re, double Im) Root(long numerator, long denominator)
    {
        var (sin, cos) = Math.SinCos(-2 * Math.PI * (numerator % denominator) / denominator);
        return (cos, sin);
    }

    protected static void Put(Split y, int at, Lanes re, Lanes im, (double Re, double Im) w)
    {
        y.Re[at] = re * w.Re - im * w.Im;
        y.Im[at] = re * w.Im + im * w.Re;
    }
}
