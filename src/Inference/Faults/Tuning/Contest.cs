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
/// <remarks>
/// Faults come in runs, and so do the gains: intervals are not independent of each other. So the gain g of an interval (the champion's loss less the challenger's, summed over its hosts)
/// is grouped into m blocks of b consecutive labelled intervals, whose means B are nearly independent once b is longer than a run, and the challenger serves if
/// <code>mean(B) &gt; t(m - 1) sqrt(sum (B - mean(B))^2 / (m (m - 1)))</code>
/// with Student's quantile at the one-sided level of <see cref="TuningOptions.ContestDeviations"/> (2: 2.3 %). This is the method of batch means (Conway 1963; Schmeiser, "Batch size effects
/// in the analysis of simulation output", Operations Research 30, 1982). Where intervals without a label lie between, a block is longer in time, and blocks depend less on each other.
/// A block that is not complete is not counted, and with fewer than <see cref="LeastBlocks"/> nobody is promoted.
/// Of challengers that are no better, with blocks of 12 and 8 of them, 2.3 % serve if gains are independent, 3.4 % if they come in runs of four intervals and 4.2 % at an autocorrelation of
/// 0.75 from one interval to the next; taken as independent it is 24 % in both (simulated). So the level to count on is one in twenty.
/// </remarks>
public sealed class Contest(TuningOptions options)
{
    /// <summary>Of fewer no spread can be told, and Student's quantile is not known well enough here.</summary>
    public const int LeastBlocks = 5;

    private double _champion, _challenger, _block, _means, _squares;

    /// <summary>With at least one label.</summary>
    public int Intervals { get; private set; }

    public long Labels { get; private set; }

    public long Faults { get; private set; }

    /// <summary>Complete ones.</summary>
    public int Blocks { get; private set; }

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
        _block += (_champion - championBefore) - (_challenger - challengerBefore);
        if (Intervals % options.BlockIntervals != 0)
            return;
        var mean = _block / options.BlockIntervals;
        (_block, _means, _squares) = (0, _means + mean, _squares + (mean * mean));
        Blocks++;
    }

    public Verdict Decide()
    {
        if (Blocks < Math.Max(options.ContestBlocks, LeastBlocks))
            return Verdict.Open;
        if (Faults < options.ContestFaults)
            return Intervals < options.ContestMost ? Verdict.Open : Verdict.Rejected;
        return _means / Blocks > StudentQuantile.Of(options.ContestDeviations, Blocks - 1) * StandardError ? Verdict.Promoted : Verdict.Rejected;
    }

    /// <summary>Of the mean of the blocks' means.</summary>
    private double StandardError => Math.Sqrt(Math.Max(0, _squares - (_means * _means / Blocks)) / ((double)Blocks * (Blocks - 1)));
}
