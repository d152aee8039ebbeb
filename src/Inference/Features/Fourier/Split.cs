using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Fourier;

/// <summary>Complex numbers, real and imaginary parts apart.</summary>
internal readonly ref struct Split(Span<Lanes> re, Span<Lanes> im)
{
    public readonly Span<Lanes> Re = re;
    public readonly Span<Lanes> Im = im;
}
