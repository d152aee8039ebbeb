namespace Tocsin.Inference.Scoring;

/// <summary>Whether at least m of the last n frames said yes. A value: its two numbers are its whole state.</summary>
/// <param name="Recent">Bit 0 = the newest frame.</param>
public readonly record struct Persistence(int M, int N, ulong Recent)
{
    public const int Longest = 64;

    public static Persistence Of(int m, int n) =>
        m >= 1 && m <= n && n <= Longest ? new Persistence(m, n, 0) : throw new ArgumentOutOfRangeException(nameof(m), $"{m} of {n}: expected 1 <= m <= n <= {Longest}");

    public bool Holds => System.Numerics.BitOperations.PopCount(Recent) >= M;

    public Persistence Push(bool yes) =>
        this with { Recent = ((Recent << 1) | (yes ? 1UL : 0)) & (N == Longest ? ulong.MaxValue : (1UL << N) - 1) };
}
