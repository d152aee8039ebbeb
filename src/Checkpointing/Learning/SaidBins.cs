using Tocsin.Shared.Wire;

namespace Tocsin.Checkpointing.Learning;

/// <summary>A reliability table: of the times that something was said with about this probability, how often it was said and how often it came. Counts fade as their owner wishes.</summary>
/// <param name="count">Bins of equal width over 0..1, 1 or more.</param>
internal sealed class SaidBins(int count)
{
    private readonly double[] _came = new double[count];
    private readonly double[] _all = new double[count];

    public double Came => _came.Sum();

    public double All => _all.Sum();

    /// <param name="said">0..1.</param>
    public (double Came, double All) Of(double said) => (_came[Bin(said)], _all[Bin(said)]);

    /// <param name="kept">Share of what was counted in this bin before that counts on.</param>
    public void Add(double said, bool came, double kept = 1)
    {
        var bin = Bin(said);
        (_came[bin], _all[bin]) = ((kept * _came[bin]) + (came ? 1 : 0), (kept * _all[bin]) + 1);
    }

    /// <summary>So much of every bin counts on.</summary>
    public void Fade(double kept)
    {
        for (var i = 0; i < count; i++)
            (_came[i], _all[i]) = (kept * _came[i], kept * _all[i]);
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteDoubles(_came);
        writer.WriteDoubles(_all);
    }

    /// <returns>False: the bytes are none, and this is as it was.</returns>
    public bool TryRead(ref WireReader reader)
    {
        if (!reader.TryReadDoubles(count, out var came) || !reader.TryReadDoubles(count, out var all))
            return false;
        if (came.Length != count || all.Length != count)
            return reader.Refuse(WireFault.OutOfRange);
        came.CopyTo(_came, 0);
        all.CopyTo(_all, 0);
        return true;
    }

    private int Bin(double said) => Math.Clamp((int)(said * count), 0, count - 1);
}
