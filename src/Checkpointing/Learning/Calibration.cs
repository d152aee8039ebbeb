using Tocsin.Shared.Wire;

namespace Tocsin.Checkpointing.Learning;

/// <summary>What one input's words are worth: of the times that it said about so much, how often it came. Until much was seen its own word holds, as if it had been
/// right four times. Newer words weigh more.</summary>
public sealed class Calibration
{
    private const int Bins = 20;
    private const double Strength = 4, Kept = 1 - (1.0 / 50_000);

    private readonly double[] _came = new double[Bins];
    private readonly double[] _all = new double[Bins];

    /// <param name="said">0..1.</param>
    public void Add(double said, bool came)
    {
        var bin = Bin(said);
        (_came[bin], _all[bin]) = ((Kept * _came[bin]) + (came ? 1 : 0), (Kept * _all[bin]) + 1);
    }

    /// <returns>0..1.</returns>
    public double Of(double said)
    {
        var bin = Bin(said);
        return (_came[bin] + (Strength * said)) / (_all[bin] + Strength);
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteDoubles(_came);
        writer.WriteDoubles(_all);
    }

    /// <returns>False: the bytes are none, and this is as it was.</returns>
    public bool TryRead(ref WireReader reader)
    {
        if (!reader.TryReadDoubles(Bins, out var came) || !reader.TryReadDoubles(Bins, out var all))
            return false;
        if (came.Length != Bins || all.Length != Bins)
            return reader.Refuse(WireFault.OutOfRange);
        came.CopyTo(_came, 0);
        all.CopyTo(_all, 0);
        return true;
    }

    private static int Bin(double said) => Math.Clamp((int)(said * Bins), 0, Bins - 1);
}
