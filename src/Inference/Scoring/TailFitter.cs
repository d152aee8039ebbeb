using Tocsin.Shared;

namespace Tocsin.Inference.Scoring;

/// <summary>Fits a <see cref="TailModel"/> to held-out scores of running that is normal but for a few faults that nobody labelled.</summary>
/// <remarks>
/// Faults come as episodes, and high ones. So a tail is fitted to the lower part of the episodes' heights (as a sample cut there, by maximum likelihood), and takes in
/// higher ones as long as they are what that tail would show in so much data; episodes beyond that are left out, all their frames with them.
/// </remarks>
public static class TailFitter
{
    private const int MostKnots = 400;
    private const int FewestFrames = 20;
    private const int FewestPeaks = 12;
    private const int MostRounds = 20;

    /// <param name="runs">Stretches of frames without a gap, in time; NaN = not scored, passed over.</param>
    /// <exception cref="BadDataException">Fewer than 20 scored frames.</exception>
    public static TailModel Fit(IReadOnlyList<float[]> runs, TailOptions options)
    {
        var scored = runs.Sum(r => r.LongCount(s => float.IsFinite(s)));
        if (scored < FewestFrames)
            throw new BadDataException($"{scored} held-out scores to calibrate with; expected at least {FewestFrames}; hold out more segments");
        var (level, episodes) = LevelAndEpisodes(runs, options);
        var kept = LeaveOutFaults(episodes, level, options);
        var clean = Without(runs, episodes.Except(kept));
        var frames = clean.SelectMany(r => r).Where(float.IsFinite).Select(s => (double)s).Order().ToArray();
        var hours = frames.Length * options.Cadence.TotalHours;
        var (knots, logP) = KnotsOf(frames, level);
        level = knots[^1];
        var above = frames.Where(s => s > level).Select(s => s - level).ToArray();
        var heights = kept.Select(e => e.Height - level).ToArray();
        // Scores that never exceed their own upper decile are all alike; a floor keeps the tail a distribution.
        var floor = Math.Max(Math.Abs(level) * 1e-6, 1e-30);
        return new TailModel
        {
            Knots = knots,
            KnotLogP = logP,
            KnotEpisodesPerHour = [.. knots.Select(k => Peaks.Find(clean, k, options.MergeGap).Count / hours)],
            Level = level,
            FrameTail = FitTail(above, floor, options),
            EpisodeTail = FitTail(heights, floor, options),
            // Half an episode where none was seen: no rate is 0 for certain.
            EpisodesPerHour = Math.Max(heights.Length, 0.5) / hours,
            Hours = hours,
            LeftOut = 1 - (double)frames.Length / scored,
            FewestEpisodes = options.FewestEpisodes,
        };
    }

    /// <summary>The wanted share of frames is the tail, or twice or three times as much where that gives too few episodes to fit.</summary>
    private static (double Level, List<Peak> Episodes) LevelAndEpisodes(IReadOnlyList<float[]> runs, TailOptions options)
    {
        var sorted = runs.SelectMany(r => r).Where(float.IsFinite).Order().ToArray();
        for (var times = 1; ; times++)
        {
            var share = Math.Min(0.5, options.TailShare * times);
            double level = sorted[Math.Max(0, (int)((1 - share) * sorted.Length) - 1)];
            var episodes = Peaks.Find(runs, level, options.MergeGap);
            if (times == 3 || episodes.Count >= FewestPeaks)
                return (level, episodes);
        }
    }

    /// <summary>Grows from the lower episodes upwards: a fit that began with all of them would have been bent to explain the faults.</summary>
    private static List<Peak> LeaveOutFaults(List<Peak> episodes, double level, TailOptions options)
    {
        var byHeight = episodes.OrderBy(e => e.Height).ToList();
        if (options.OutlierLevel <= 0 || byHeight.Count < FewestPeaks)
            return byHeight;
        double[] heights = [.. byHeight.Select(e => e.Height - level)];
        var kept = (int)Math.Ceiling((1 - options.MostOutliers) * heights.Length);
        for (var round = 0; round < MostRounds && kept < heights.Length; round++)
        {
            // The sample ends where the next episode was not taken any more.
            var tail = Pareto.Fit(heights.AsSpan(0, kept), -options.ShapeBound, options.ShapeBound, options.ShapePrior / 2, heights[kept]);
            var limit = tail.AtLogSurvival(Math.Log(options.OutlierLevel / heights.Length));
            var now = Math.Max(kept, heights.Count(h => h <= limit));
            if (now == kept)
                break;
            kept = now;
        }
        return byHeight[..kept];
    }

    private static Pareto FitTail(double[] excesses, double floor, TailOptions options)
    {
        var positive = excesses.Where(y => y > 0).ToArray();
        if (positive.Length == 0)
            return new Pareto(floor, 0);
        var fit = Pareto.Fit(positive, -options.ShapeBound, options.ShapeBound, options.ShapePrior);
        return fit with { Scale = Math.Max(fit.Scale, floor) };
    }

    private static List<float[]> Without(IReadOnlyList<float[]> runs, IEnumerable<Peak> episodes)
    {
        var clean = runs.Select(r => r.ToArray()).ToList();
        foreach (var e in episodes)
            clean[e.Run].AsSpan(e.First, e.Last - e.First + 1).Fill(float.NaN);
        return clean;
    }

    /// <summary>Distinct scores up to the level, thinned, with the logarithm of the share that is at least as high. Half a count is added: no score is certain to be reached.</summary>
    private static (double[] Knots, double[] LogP) KnotsOf(double[] sorted, double level)
    {
        var knots = new List<double>();
        var logP = new List<double>();
        var end = Array.FindLastIndex(sorted, s => s <= level) + 1;
        var step = Math.Max(1, end / MostKnots);
        var next = 0;
        for (int first = 0, i = 0; i < end; first = i)
        {
            while (i < end && sorted[i] == sorted[first])
                i++;
            if (first < next && i < end)
                continue;
            knots.Add(sorted[first]);
            logP.Add(Math.Log((sorted.Length - first + 0.5) / (sorted.Length + 1)));
            next = first + step;
        }
        return ([.. knots], [.. logP]);
    }
}
