namespace Tocsin.Inference.Faults.Tuning;

/// <summary>What the gate did in a window (FT-MoE eq. 17 and 18): R_E, how often each expert was awake, counted after Top-any; R_S, the inputs that no expert wanted.
/// As printed eq. 18 asks for |G_active| = 0, which Top-any rules out; sum(Omega) = 0 is meant. R_S is kept as its number and its mean: that is all that is made of it.</summary>
public sealed class RoutingRecord(int experts, int width)
{
    private readonly long[] _awake = new long[experts];
    private readonly double[] _unwanted = new double[width];

    /// <summary>R_E.</summary>
    public IReadOnlyList<long> Awake => _awake;

    public long Inputs { get; private set; }

    /// <summary>Number of R_S.</summary>
    public long Unwanted { get; private set; }

    /// <param name="wanted">sum(Omega).</param>
    public void Add(ReadOnlySpan<float> state, ReadOnlySpan<bool> active, int wanted)
    {
        Inputs++;
        for (var g = 0; g < _awake.Length; g++)
            _awake[g] += active[g] ? 1 : 0;
        if (wanted > 0)
            return;
        Unwanted++;
        for (var j = 0; j < _unwanted.Length; j++)
            _unwanted[j] += state[j];
    }

    /// <summary>Of R_S; null where it is empty or has no direction.</summary>
    public float[]? UnwantedMean()
    {
        if (Unwanted == 0)
            return null;
        float[] mean = [.. _unwanted.Select(v => (float)(v / Unwanted))];
        return mean.Any(v => v != 0) ? mean : null;
    }

    public void Clear()
    {
        Array.Clear(_awake);
        Array.Clear(_unwanted);
        (Inputs, Unwanted) = (0, 0);
    }
}
