using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Fourier;

/// <summary>
/// The forward discrete Fourier transform of eight complex series at once, of any length: Stockham passes over the
/// prime factors (4 before 2), Bluestein's chirp where a factor is large. Owns scratch: one thread at a time.
/// </summary>
internal sealed class ComplexPlan
{
    /// <summary>A pass over a prime p costs p^2 / 2 a point; above this the chirp through powers of two is cheaper.</summary>
    private const int LargestFactor = 100;

    private readonly Pass[] _passes = [];
    private readonly Chirp? _chirp;
    private readonly LaneBuffer _scratch = new();

    public ComplexPlan(int length)
    {
        Length = length;
        var factors = Factors(length);
        if (factors.Count > 0 && factors.Max() > LargestFactor)
            _chirp = new Chirp(length);
        else
            _passes = Pass.Chain(length, factors);
    }

    public int Length { get; }

    /// <summary>In place, unscaled: X[k] = sum over t of x[t] exp(-2 pi i k t / n).</summary>
    public void Transform(Span<Lanes> re, Span<Lanes> im)
    {
        if (_chirp is not null)
        {
            _chirp.Transform(re, im);
            return;
        }
        var scratch = _scratch.Take(2 * Length);
        var other = new Split(scratch[..Length], scratch[Length..]);
        var current = new Split(re, im);
        foreach (var pass in _passes)
        {
            pass.Run(current, other);
            var swap = current;
            current = other;
            other = swap;
        }
        if (_passes.Length % 2 == 1)
        {
            current.Re.CopyTo(re);
            current.Im.CopyTo(im);
        }
    }

    private static List<int> Factors(int length)
    {
        var factors = new List<int>();
        for (; length % 4 == 0; length /= 4)
            factors.Add(4);
        for (var p = 2; length > 1; p++)
        {
            if ((long)p * p > length)
                p = length;
            for (; length % p == 0; length /= p)
                factors.Add(p);
        }
        return factors;
    }
}
