namespace Tocsin.Checkpointing.Learning;

/// <summary>How many predictions came true, by what the predictor said of itself: a reliability table that forgets slowly.</summary>
public sealed partial class TrustBook
{
    private const int Bins = 10;
    private const double Kept = 0.995;
    private const double Strength = 4;

    private readonly double[] _true = new double[Bins];
    private readonly double[] _all = new double[Bins];

    public void Add(double confidence, bool cameTrue)
    {
        var bin = Bin(confidence);
        for (var i = 0; i < Bins; i++)
            (_true[i], _all[i]) = (Kept * _true[i], Kept * _all[i]);
        _all[bin]++;
        _true[bin] += cameTrue ? 1 : 0;
    }

    /// <summary>Of predictions with this confidence; shrunk towards all of them, and those towards one half.</summary>
    public double Precision(double confidence)
    {
        var overall = (_true.Sum() + 1) / (_all.Sum() + 2);
        var bin = Bin(confidence);
        return (_true[bin] + (Strength * overall)) / (_all[bin] + Strength);
    }

    private static int Bin(double confidence) => Math.Clamp((int)(confidence * Bins), 0, Bins - 1);
}
