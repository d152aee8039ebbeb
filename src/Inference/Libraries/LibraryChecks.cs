using Tocsin.Inference.Features;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;

namespace Tocsin.Inference.Libraries;

/// <summary>Whether the parts of a library fit together and its numbers can be computed with. A sum finds damage, not a file that someone sealed anew:
/// what is not checked here would be a crash or a NaN in the middle of a night.</summary>
/// <exception cref="FormatException">Says what was expected.</exception>
internal static class LibraryChecks
{
    private const int MostWindow = 4096;
    private const int MostRolling = 64;
    private const int MostHead = 100_000;

    public static void Check(LibraryState library)
    {
        library.Shape.Check();
        var (metrics, patterns) = (library.Plan.Count, library.Patterns.Patterns.Length);
        Expect(library.Shape.Metrics == metrics && library.Patterns.Space.Metrics == metrics, "one width for metrics, patterns and models");
        Expect(library.Shape.SegmentIds == patterns + 1 && library.Models.Count == patterns + 1, "as many models as patterns and one");
        Expect(library.Window is > 1 and <= MostWindow, $"a window of 2 to {MostWindow} frames");
        Expect(library.Groups.Count >= 1 && library.Groups.Count <= metrics && library.Groups.GroupOf.Length == metrics
            && library.Groups.GroupOf.All(g => g >= 0 && g < library.Groups.Count), "a group for each metric");
        var envelope = library.Envelope;
        Expect(envelope.Windows.Count is >= 1 and <= MostRolling && envelope.Windows.All(w => w is >= 1 and <= MostRolling) && envelope.Top >= 1 && envelope.Cap > 0,
            $"rolling windows of 1 to {MostRolling} frames");
        Expect(double.IsFinite(library.Thresholds.Evidence) && library.Settling >= TimeSpan.Zero, "a finite threshold");
        if (library.Thresholds.KSigma is { } rule)
        {
            Expect(rule.Window is >= 2 and <= 100_000 && rule.Fewest is >= 2 && rule.Fewest <= rule.Window && rule.N is >= 1 and <= 64 && rule.M >= 1 && rule.M <= rule.N
                && rule.K > 0 && double.IsFinite(rule.K) && rule.SigmaFloor >= 0 && double.IsFinite(rule.SigmaFloor), "a k-sigma rule of m of n frames over a window");
        }
        Preparation(library.Plan);
        Patterns(library.Patterns);
        for (var i = 0; i < library.Models.Count; i++)
            Model(library.Models[i], i, metrics, 2 * envelope.Windows.Count * metrics);
        Expect(library.Calibration.Patterns.Count == patterns, "a calibration for each pattern");
        foreach (var tail in library.Calibration.Patterns.Append(library.Calibration.Pooled))
        {
            if (tail is not null)
                Tail(tail);
        }
        var pca = library.Pca;
        Expect(Finite(pca.Mean, metrics) && Positive(pca.Variance, metrics) && pca.Directions.Length % metrics == 0 && pca.Directions.Length <= metrics * metrics
            && Array.TrueForAll(pca.Directions, double.IsFinite), "principal components of the metrics");
        var z = library.PatternZ;
        Expect(z.Patterns == patterns && z.Metrics == metrics && Finite(z.Means, (patterns + 1) * metrics) && Positive(z.Sigmas, (patterns + 1) * metrics), "means for each pattern and metric");
    }

    private static void Preparation(PreparationPlan plan)
    {
        Expect(plan.Metrics.All(m => m is not null && Enum.IsDefined(m.Treatment) && m.LogPivot >= 0 && double.IsFinite(m.LogPivot) && m.SigmaFloor >= 0 && double.IsFinite(m.SigmaFloor)),
            "a known treatment of each metric");
        Expect(plan.Metrics.Select(m => m.Name).Distinct(StringComparer.Ordinal).Count() == plan.Count, "each metric once");
        Expect(plan.Dropped.All(d => d is not null) && plan.Clip > 0, "a bound of standardised values");
        Expect(plan.Nodes.Values.Append(plan.AllNodes).All(s => s is not null && Finite(s.Mean, plan.Count) && Positive(s.Sigma, plan.Count)), "a mean and a deviation above 0 for each metric");
    }

    private static void Patterns(PatternSetState set)
    {
        Expect(set.Patterns.All(p => p is not null) && set.Levels.Length > 0 && set.Levels.All(l => l is not null), "patterns and their heads");
        Expect(set.Patterns.All(p => p.Into is not { } into || (into >= 0 && into < set.Patterns.Length && set.Patterns[into].Into is null && set.Patterns[into].Idle == p.Idle)),
            "patterns that are joined into one of their kind that is not");
        var space = set.Space;
        var width = space.Columns.Length;
        Expect(space.Columns.All(c => c >= 0 && c < space.Metrics * FeatureNames.Count), "coordinates that are features");
        Expect(Finite(space.Centre, width) && Finite(space.InverseScale, width) && Finite(space.Weight, width) && space.Clip > 0, "a centre and a scale for each coordinate");
        Expect(set.Levels[^1].HeadFrames == 0, "whole segments after the heads");
        for (var i = 0; i < set.Levels.Length; i++)
        {
            var level = set.Levels[i];
            Expect(i == set.Levels.Length - 1 || (level.HeadFrames is >= 2 and <= MostHead && (i == 0 || level.HeadFrames > set.Levels[i - 1].HeadFrames)), "rising lengths of heads");
            Expect(level.Centroids.Length % set.Patterns.Length == 0 && Finite(level.Centroids, set.Patterns.Length * width), "a centre for each pattern and coordinate");
            Expect(level.Radii.Length == set.Patterns.Length && Array.TrueForAll(level.Radii, r => r > 0) && level.Temperature > 0 && level.Doubt is >= 0 and <= 1, "a radius above 0 for each pattern");
        }
        foreach (var names in (NamePriorState[])[set.JobNames, set.Users])
        {
            Expect(names.Names.All(n => n is not null) && names.Counts.Length == names.Names.Length * set.Patterns.Length && Array.TrueForAll(names.Counts, c => c >= 0), "a count for each name and pattern");
            Expect(float.IsFinite(names.Weight) && names.Smoothing >= 0 && names.Reach >= 1 && float.IsFinite(names.Reach), "a weight of names, and a reach of 1 radius or more");
        }
    }

    private static void Model(PatternModelState model, int id, int metrics, int width)
    {
        Expect(model is not null && model.PatternId == id && (id > 0 || model.Block is not null), "the models in the patterns' order, that of all first");
        Expect(model!.Block is null || Array.TrueForAll(model.Block, float.IsFinite), "finite weights");
        Expect(Positive(model.Weights, metrics), "a weight above 0 for each metric");
        foreach (var band in (EnvelopeState[])[model.Values, model.Residuals])
        {
            // What a run is of its own is unknown, NaN, where all runs were too short for it.
            Expect(Finite(band.Mean, width) && Positive(band.Sigma, width) && band.OwnMean.Length == width && !band.OwnMean.Any(float.IsInfinity) && Positive(band.OwnSigma, width), "bands as wide as the metrics");
        }
    }

    private static void Tail(TailModel tail)
    {
        var count = tail.Knots.Length;
        Expect(count > 0 && Finite(tail.Knots, count) && Finite(tail.KnotLogP, count) && Finite(tail.KnotEpisodesPerHour, count) && double.IsFinite(tail.Level), "scores and how often they are reached");
        Expect(tail.FrameTail.Scale > 0 && tail.EpisodeTail.Scale > 0 && double.IsFinite(tail.FrameTail.Shape) && double.IsFinite(tail.EpisodeTail.Shape), "tails with a scale above 0");
        Expect(tail.EpisodesPerHour > 0 && tail.Hours > 0, "hours that were looked at");
    }

    private static bool Finite(float[] values, int count) => values.Length == count && Array.TrueForAll(values, float.IsFinite);

    private static bool Finite(double[] values, int count) => values.Length == count && Array.TrueForAll(values, double.IsFinite);

    private static bool Positive(float[] values, int count) => values.Length == count && Array.TrueForAll(values, v => v > 0 && float.IsFinite(v));

    private static bool Positive(double[] values, int count) => values.Length == count && Array.TrueForAll(values, v => v > 0 && double.IsFinite(v));

    private static void Expect(bool holds, string what)
    {
        if (!holds)
            throw new FormatException($"its parts do not fit together: expected {what}");
    }
}
