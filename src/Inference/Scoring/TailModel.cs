using Tocsin.Shared;

namespace Tocsin.Inference.Scoring;

/// <summary>A threshold for a wanted rate of false episodes.</summary>
/// <param name="Score">Alarm above it.</param>
/// <param name="Surprise">The same in <see cref="TailModel.Surprise"/>.</param>
/// <param name="Extrapolated">The held-out data is too short to have seen that rate: the fitted tail speaks alone.</param>
/// <param name="EpisodesInData">How many episodes the held-out data would show at that rate.</param>
public readonly record struct CalibratedThreshold(double Score, double Surprise, bool Extrapolated, double EpisodesInData);

/// <summary>What normal scores look like: their distribution as seen, with a fitted tail beyond <see cref="Level"/>, and how often they rise above a score. Immutable.</summary>
/// <remarks>The tail is peaks over threshold, once over frames (for p-values) and once over the highest score of each episode (for rates): what is
/// counted in the end is episodes, and neighbouring frames exceed together.</remarks>
public sealed class TailModel
{
    private const double Ln10 = 2.302585092994045684;

    /// <summary>Scores as seen, increasing; <see cref="KnotLogP"/> decreases with them.</summary>
    public required double[] Knots { get; init; }

    /// <summary>ln P(a normal frame scores at least the knot).</summary>
    public required double[] KnotLogP { get; init; }

    /// <summary>Where the fitted tail begins; the last knot.</summary>
    public required double Level { get; init; }

    public required Pareto FrameTail { get; init; }

    public required Pareto EpisodeTail { get; init; }

    /// <summary>Episodes above <see cref="Level"/> per node-hour.</summary>
    public required double EpisodesPerHour { get; init; }

    /// <summary>Of held-out data, without what was left out as faults.</summary>
    public required double Hours { get; init; }

    /// <summary>The share of frames left out as faults that nobody labelled, 0..1.</summary>
    public required double LeftOut { get; init; }

    /// <summary>See <see cref="TailOptions.FewestEpisodes"/>.</summary>
    public required double FewestEpisodes { get; init; }

    /// <summary>Episodes per node-hour above each of <see cref="Knots"/>, as counted.</summary>
    public required double[] KnotEpisodesPerHour { get; init; }

    public double PValue(double score) => Math.Exp(LogP(score));

    /// <summary>-log10 of the p-value: finite for finite scores, strictly increasing in the score. NaN stays NaN.</summary>
    public double Surprise(double score) => -LogP(score) / Ln10;

    /// <summary>ln P(a normal frame scores at least this).</summary>
    public double LogP(double score)
    {
        if (double.IsNaN(score))
            return double.NaN;
        if (score > Level)
            return KnotLogP[^1] + FarTail(FrameTail, score - Level);
        if (score < Knots[0])
        {
            // Below all that was seen: from the first knot's probability towards 1, in steps as large as the middle of the data is wide.
            var width = Math.Max(Knots[Knots.Length / 2] - Knots[0], double.Epsilon + Math.Abs(Knots[0]) * 1e-9);
            return KnotLogP[0] / (1 + (Knots[0] - score) / width);
        }
        var at = Array.BinarySearch(Knots, score);
        if (at >= 0)
            return KnotLogP[at];
        var next = ~at;
        var part = (score - Knots[next - 1]) / (Knots[next] - Knots[next - 1]);
        return KnotLogP[next - 1] + part * (KnotLogP[next] - KnotLogP[next - 1]);
    }

    /// <summary>Episodes above a score per node-hour of normal running.</summary>
    public double RateAbove(double score)
    {
        if (score > Level)
            return EpisodesPerHour * Math.Exp(FarTail(EpisodeTail, score - Level));
        var at = Array.BinarySearch(Knots, score);
        at = at >= 0 ? at : Math.Max(0, ~at - 1);
        return KnotEpisodesPerHour[at];
    }

    /// <param name="episodesPerHour">Wanted rate of false episodes per node-hour, above 0.</param>
    public CalibratedThreshold ThresholdFor(double episodesPerHour)
    {
        if (!(episodesPerHour > 0) || !double.IsFinite(episodesPerHour))
            throw new ArgumentOutOfRangeException(nameof(episodesPerHour), episodesPerHour, "expected a rate above 0");
        var expected = episodesPerHour * Hours;
        double score;
        if (episodesPerHour <= EpisodesPerHour)
        {
            score = Level + AtFarTail(EpisodeTail, Math.Log(episodesPerHour / EpisodesPerHour));
        }
        else
        {
            // From above downwards: at low thresholds episodes melt into each other and their number falls again.
            var at = Knots.Length - 1;
            while (at > 0 && KnotEpisodesPerHour[at - 1] <= episodesPerHour && KnotEpisodesPerHour[at - 1] >= KnotEpisodesPerHour[at])
                at--;
            score = Knots[at];
        }
        return new CalibratedThreshold(score, Surprise(score), expected < FewestEpisodes, expected);
    }

    /// <summary>The fitted tail as far as it may be believed, and then with the hazard that it has there: a tail with an end would put everything beyond it at infinity.</summary>
    private static double FarTail(Pareto tail, double excess)
    {
        if (tail.Shape >= 0)
            return tail.LogSurvival(excess);
        var far = tail.AtLogSurvival(FarLogP);
        if (excess <= far)
            return tail.LogSurvival(excess);
        return FarLogP - (excess - far) / (tail.Scale + tail.Shape * far);
    }

    private static double AtFarTail(Pareto tail, double logP)
    {
        if (tail.Shape >= 0 || logP >= FarLogP)
            return tail.AtLogSurvival(logP);
        var far = tail.AtLogSurvival(FarLogP);
        return far + (FarLogP - logP) * (tail.Scale + tail.Shape * far);
    }

    /// <summary>ln 0.01 below the level's own probability.</summary>
    private const double FarLogP = -4.6;

    /// <summary>All that the model knows, for the library's file; <see cref="FromArray"/> reads it.</summary>
    public double[] ToArray() =>
    [
        1, Knots.Length, Level, FrameTail.Scale, FrameTail.Shape, EpisodeTail.Scale, EpisodeTail.Shape, EpisodesPerHour, Hours, LeftOut, FewestEpisodes,
        .. Knots, .. KnotLogP, .. KnotEpisodesPerHour,
    ];

    /// <exception cref="LibraryRefusedException">Not what <see cref="ToArray"/> gives.</exception>
    public static TailModel FromArray(ReadOnlySpan<double> values)
    {
        const int Head = 11;
        if (values.Length < Head + 3 || values[0] != 1 || values[1] is not (>= 1 and <= 1_000_000) || values.Length != Head + 3 * (int)values[1])
            throw new LibraryRefusedException("the library's calibration is of another layout; train it anew with this version");
        foreach (var v in values)
        {
            if (!double.IsFinite(v))
                throw new LibraryRefusedException("the library's calibration holds a number that is not finite; train it anew");
        }
        var knots = (int)values[1];
        var model = new TailModel
        {
            Level = values[2],
            FrameTail = new Pareto(values[3], values[4]),
            EpisodeTail = new Pareto(values[5], values[6]),
            EpisodesPerHour = values[7],
            Hours = values[8],
            LeftOut = values[9],
            FewestEpisodes = values[10],
            Knots = values.Slice(Head, knots).ToArray(),
            KnotLogP = values.Slice(Head + knots, knots).ToArray(),
            KnotEpisodesPerHour = values.Slice(Head + 2 * knots, knots).ToArray(),
        };
        var sound = model.FrameTail.Scale > 0 && model.EpisodeTail.Scale > 0 && model.Level == model.Knots[^1] && model.EpisodesPerHour > 0;
        for (var i = 1; i < knots && sound; i++)
            sound = model.Knots[i] > model.Knots[i - 1] && model.KnotLogP[i] < model.KnotLogP[i - 1];
        return sound && model.KnotLogP[0] < 0 ? model : throw new LibraryRefusedException("the library's calibration contradicts itself; train it anew");
    }
}
