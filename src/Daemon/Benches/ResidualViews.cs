using Tocsin.Inference.Learning;
using Tocsin.Inference.Models;
using Tocsin.Inference.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Training;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Benches;

/// <summary>What else can be made of the model's residuals: by what is hidden from it, by how metrics become a number, and over time.</summary>
/// <remarks>Residuals of the library's own training segments stand for held-out ones where the library keeps none: the same handicap for all that are compared.</remarks>
internal sealed class ResidualViews
{
    private const int Parts = 4;

    private readonly PatternLibrary _library;
    private readonly int _metrics;
    private readonly List<(string Name, HiddenGroups Groups, int? Hidden)> _masks;
    private readonly Dictionary<(string Mask, int Pattern), GroupResidual> _sources = [];
    private readonly Dictionary<(string Mask, int Pattern), Envelope> _bands = [];
    private readonly Dictionary<string, TailModel> _tails = [];

    public ResidualViews(PatternLibrary library, LearnOptions options, IReadOnlyList<Segment> training)
    {
        _library = library;
        _metrics = library.Plan.Count;
        var random = new SeededRandom(1);
        _masks =
        [
            ("newest frame hidden", new HiddenGroups(new int[_metrics], 1), 1),
            ("random quarters of it hidden", new HiddenGroups([.. Enumerable.Range(0, _metrics).Select(_ => random.NextInt(Parts))], Parts), 1),
            ("groups hidden at all frames", library.Groups, null),
        ];
        var prepared = training.Where(s => s.Frames >= library.Patterns.HeadLengths[0])
            .Select(s => PreparedSegment.From(GapFilling.Interpolate(s, s.CadenceMs * options.Preparation.LongestGap), library.Plan)).ToList();
        var pattern = new int[prepared.Count];
        for (var p = 0; p < library.Patterns.Patterns.Count; p++)
        {
            foreach (var member in library.Patterns.Patterns[p].Members)
                pattern[member] = p;
        }
        var members = prepared.Select((s, i) => new TrainingSegment(s, pattern[i] + 1)).ToList();
        var bands = new Bands(options, library.Plan, library.Patterns.Patterns.Count);
        foreach (var mask in _masks)
        {
            var residuals = members.Select(m => Residual(mask.Name, m.Segment, _ => m.PatternId - 1)).ToArray();
            for (var p = -1; p < library.Patterns.Patterns.Count; p++)
                _bands[(mask.Name, p)] = new Envelope(library.Envelope, _metrics, bands.Residuals(members, residuals, p));
            if (mask.Hidden is null)
                FitTails(members, residuals);
        }
    }

    public void Add(Segment segment, List<FrameVerdict> verdicts, Func<string, double[]> column)
    {
        var prepared = PreparedSegment.From(segment, _library.Plan);
        var expected = _library.Patterns.Expected(segment.Idle, segment.Idle ? null : segment.JobName);
        int Pattern(int t) => verdicts[t].Match.Matched ? verdicts[t].Match.Pattern : expected;
        foreach (var (name, _, _) in _masks)
        {
            var residual = Residual(name, prepared, Pattern);
            var tracker = new EnvelopeTracker(_library.Envelope, _metrics);
            var scratch = new float[_metrics];
            for (var t = 0; t < segment.Frames; t++)
            {
                var row = residual.AsSpan(t * _metrics, _metrics);
                var weights = _library.ModelFor(Pattern(t)).Weights;
                double wmse = 0;
                for (var m = 0; m < _metrics; m++)
                    wmse += weights[m] * row[m] * row[m] / _metrics;
                column($"WMSE, {name}")[t] = wmse;
                column($"rolling evidence, {name}")[t] = tracker.Push(_bands[(name, Pattern(t))], row, scratch);
            }
            if (name == _masks[^1].Name)
                AddOverVariance(prepared, residual, Pattern, column);
        }
    }

    private void AddOverVariance(PreparedSegment segment, float[] residual, Func<int, int> pattern, Func<string, double[]> column)
    {
        const string Name = "residual over held-out variance";
        var (ewma, cusum, trailing) = (new Ewma(3), new Cusum(2, cap: 50), new TrailingMean(5));
        for (var t = 0; t < segment.Frames; t++)
        {
            var z = OverSigma(residual.AsSpan(t * _metrics, _metrics), pattern(t));
            var mean = z.Average(x => x * x);
            column(Name)[t] = mean;
            column(Name + ", top 3 of the metrics")[t] = z.OrderDescending().Take(3).Average();
            column(Name + ", worst group")[t] = Enumerable.Range(0, _metrics).GroupBy(m => _library.Groups.GroupOf[m]).Max(g => g.Average(m => z[m] * z[m]));
            column(Name + ", EWMA of 3 frames")[t] = ewma.Push(mean);
            column(Name + ", CUSUM")[t] = cusum.Push(mean);
            column(Name + ", mean of 5 frames")[t] = trailing.Push(mean);
            double[] surprises =
            [
                _tails["residual"].Surprise(mean), _tails["pca"].Surprise(_library.Pca.Score(segment.Row(t))),
                _tails["pattern"].Surprise(_library.PatternZ.Score(segment.Row(t), pattern(t))),
            ];
            column("p-values of it, PCA, pattern-aware |z|: Fisher")[t] = SurpriseFusion.Fuse(FusionRule.Fisher, surprises);
            column("p-values of it, PCA, pattern-aware |z|: Cauchy")[t] = SurpriseFusion.Fuse(FusionRule.Cauchy, surprises);
        }
    }

    /// <summary>|r - mean| / sigma per metric, not bounded; the band of one frame holds the trimmed moments of held-out residuals.</summary>
    private double[] OverSigma(ReadOnlySpan<float> residual, int pattern)
    {
        var band = _library.ModelFor(pattern).Residuals;
        var z = new double[_metrics];
        for (var m = 0; m < _metrics; m++)
            z[m] = Math.Abs(residual[m] - band.Mean[m]) / band.Sigma[m];
        return z;
    }

    private void FitTails(List<TrainingSegment> members, float[][] residuals)
    {
        var cadence = new TailOptions { Cadence = TimeSpan.FromMilliseconds(members[0].Segment.Source.CadenceMs) };
        void Fit(string name, Func<int, int, double> score) => _tails[name] = TailFitter.Fit(
            [.. members.Select((s, i) => Enumerable.Range(0, s.Segment.Frames).Select(t => t is < 5 || t >= s.Segment.Frames - 2 ? float.NaN : (float)score(i, t)).ToArray())], cadence);
        Fit("residual", (i, t) => OverSigma(residuals[i].AsSpan(t * _metrics, _metrics), members[i].PatternId - 1).Average(x => x * x));
        Fit("pca", (i, t) => _library.Pca.Score(members[i].Segment.Row(t)));
        Fit("pattern", (i, t) => _library.PatternZ.Score(members[i].Segment.Row(t), members[i].PatternId - 1));
    }

    private float[] Residual(string mask, PreparedSegment segment, Func<int, int> pattern)
    {
        var residual = new float[segment.Frames * _metrics];
        for (var t = 0; t < segment.Frames; t++)
            Source(mask, pattern(t)).Compute(segment, t, pattern(t) + 1, residual.AsSpan(t * _metrics, _metrics));
        return residual;
    }

    private GroupResidual Source(string mask, int pattern)
    {
        if (_sources.TryGetValue((mask, pattern), out var source))
            return source;
        var (_, groups, hidden) = _masks.First(m => m.Name == mask);
        return _sources[(mask, pattern)] = new GroupResidual(new PackedModel(_library.ModelFor(pattern).Model), groups, _library.Window, hidden);
    }
}
