using Tocsin.Shared.Wire;

namespace Tocsin.Checkpointing.Learning;

/// <summary>What one input's words are worth: of the times that it said about so much, how often it came. Until much was seen its own word holds, as if it had been
/// right four times. Newer words weigh more.</summary>
public sealed class Calibration
{
    private const double Strength = 4;

    private readonly SaidBins _bins = new(20);

    /// <param name="said">0..1.</param>
    public void Add(double said, bool came) => _bins.Add(said, came, BrierBook.Kept);

    /// <returns>0..1.</returns>
    public double Of(double said)
    {
        var (came, all) = _bins.Of(said);
        return (came + (Strength * said)) / (all + Strength);
    }

    public void Write(ref WireWriter writer) => _bins.Write(ref writer);

    /// <returns>False: the bytes are none, and this is as it was.</returns>
    public bool TryRead(ref WireReader reader) => _bins.TryRead(ref reader);
}
