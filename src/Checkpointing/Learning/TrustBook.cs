using Tocsin.Shared.Wire;

namespace Tocsin.Checkpointing.Learning;

/// <summary>How many predictions came true, by what the predictor said of itself: a reliability table that forgets slowly.</summary>
public sealed class TrustBook
{
    private const double Kept = 0.995;
    private const double Strength = 4;

    private readonly SaidBins _bins = new(10);

    public void Add(double confidence, bool cameTrue)
    {
        _bins.Fade(Kept);
        _bins.Add(confidence, cameTrue);
    }

    /// <summary>Of predictions with this confidence; shrunk towards all of them, and those towards one half.</summary>
    public double Precision(double confidence)
    {
        var overall = (_bins.Came + 1) / (_bins.All + 2);
        var (came, all) = _bins.Of(confidence);
        return (came + (Strength * overall)) / (all + Strength);
    }

    public void Write(ref WireWriter writer) => _bins.Write(ref writer);

    /// <returns>False: the bytes are none, and this is as it was.</returns>
    public bool TryRead(ref WireReader reader) => _bins.TryRead(ref reader);
}
