namespace Tocsin.Inference.Faults.Tuning;

public enum Verdict
{
    /// <summary>Too few labelled intervals or faults yet.</summary>
    Open,

    /// <summary>The challenger was better and serves from now on.</summary>
    Promoted,

    /// <summary>It was not, or there were no faults to tell.</summary>
    Rejected,
}

/// <summary>Champion and challenger on labelled intervals that came after the challenger's tuning data: mean negative log-likelihood of the true classes, of
/// predictions made before the labels were known.</summary>
public sealed class Contest(TuningOptions options)
{
    private double _champion, _challenger, _gain, _gainSquares;

    /// <summary>With at least one label.</summary>
    public int Intervals { get; private set; }

    public long Labels { get; private set; }

    public long Faults { get; private set; }

    public double ChampionLoss => Labels > 0 ? _champion / Labels : 0;

    public double ChallengerLoss => Labels > 0 ? _challenger / Labels : 0;

    /// <summary>One interval: rows of class probabilities of both, and the classes; -1: not known, which is not "healthy" and does not count.</summary>
    public void Add(ReadOnlySpan<float> champion, ReadOnlySpan<float> challenger, ReadOnlySpan<int> labels, int classes)
    {
        var before = Labels;
        var (championBefore, challengerBefore) = (_champion, _challenger);
        for (var h = 0; h < labels.Length; h++)
        {
            if (labels[h] < 0)
                continue;
            Labels++;
            Faults += labels[h] > 0 ? 1 : 0;
            _champion -= Math.Log(Math.Max(champion[(h * classes) + labels[h]], 1e-6f));
            _challenger -= Math.Log(Math.Max(challenger[(h * classes) + labels[h]], 1e-6f));
        }
        if (Labels == before)
            return;
        Intervals++;
        var gain = (_champion - championBefore) - (_challenger - challengerBefore);
        _gain += gain;
        _gainSquares += gain * gain;
    }

    public Verdict Decide()
    {
        if (Intervals < options.ContestIntervals)
            return Verdict.Open;
        if (Faults < options.ContestFaults)
            return Intervals < options.ContestMost ? Verdict.Open : Verdict.Rejected;
        return _gain > options.ContestDeviations * Deviation ? Verdict.Promoted : Verdict.Rejected;
    }

    /// <summary>Of the sum of the gains, were they without a mean: what chance alone would give.</summary>
    private double Deviation => Math.Sqrt(Math.Max(0, _gainSquares - (_gain * _gain / Intervals)));
}
