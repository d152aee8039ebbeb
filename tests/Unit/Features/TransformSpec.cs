using System.Runtime.Intrinsics;
using Tocsin.Inference.Features.Fourier;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Unit.Features;

public sealed class TransformSpec
{
    /// <summary>Powers of two and four, mixed, primes by pass (43) and by chirp (101, 859), and twice a large prime.</summary>
    public static TheoryData<int> Lengths => [1, 2, 3, 4, 5, 8, 12, 16, 43, 60, 86, 101, 202, 430, 512, 859];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Complex_transform_is_the_sum_that_defines_it(int n)
    {
        var random = new Random(n);
        var re = Series(random, n);
        var im = Series(random, n);
        var (gotRe, gotIm) = (re.ToArray(), im.ToArray());
        new ComplexPlan(n).Transform(gotRe, gotIm);
        for (var k = 0; k < n; k++)
        {
            var (wantRe, wantIm) = Direct(re, im, k);
            Near(wantRe, gotRe[k], n);
            Near(wantIm, gotIm[k], n);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(202)]
    [InlineData(859)]
    [InlineData(860)]
    public void Real_transform_gives_the_first_half_of_the_complex_one(int n)
    {
        var x = Series(new Random(n), n);
        var plan = new RealPlan(n);
        var (re, im) = (new Lanes[plan.Bins], new Lanes[plan.Bins]);
        var subtract = Vector512.Create(0.25);
        plan.Transform(x, subtract, re, im);
        for (var k = 0; k < plan.Bins; k++)
        {
            var (wantRe, wantIm) = Direct([.. x.Select(v => v - subtract)], new Lanes[n], k);
            Near(wantRe, re[k], n);
            Near(wantIm, im[k], n);
        }
    }

    private static Lanes[] Series(Random random, int n) =>
        [.. Enumerable.Range(0, n).Select(_ => Vector512.Create(random.NextDouble()) - Vector512.Create(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8))];

    private static (Lanes Re, Lanes Im) Direct(Lanes[] re, Lanes[] im, int k)
    {
        Lanes sumRe = default, sumIm = default;
        for (var t = 0; t < re.Length; t++)
        {
            var (sin, cos) = Math.SinCos(-2 * Math.PI * ((long)k * t % re.Length) / re.Length);
            sumRe += re[t] * cos - im[t] * sin;
            sumIm += re[t] * sin + im[t] * cos;
        }
        return (sumRe, sumIm);
    }

    private static void Near(Lanes want, Lanes got, int n)
    {
        for (var lane = 0; lane < 8; lane++)
            Assert.Equal(want[lane], got[lane], 1e-13 * n);
    }
}
