using FsCheck;
using FsCheck.Fluent;
using Tocsin.Inference.Scoring;

namespace Tocsin.Unit.Scoring;

/// <summary>Everything that carries a state from frame to frame: nothing after t changes the value at t, and a state put away and taken up again changes nothing.</summary>
public sealed class CausalSpec
{
    private static readonly Dictionary<string, Func<IScoreFilter>> Filters = new()
    {
        ["ewma"] = () => new Ewma(7.5),
        ["cusum"] = () => new Cusum(1.1, 20),
        ["mean"] = () => new TrailingMean(5),
        ["persistent"] = () => new PersistentScore(2, 3),
    };

    public static TheoryData<string> FilterNames => [.. Filters.Keys];

    private static readonly Arbitrary<(double[] Scores, int Cut)> Cuts =
        (from seed in Gen.Choose(0, 1_000_000)
         from length in Gen.Choose(1, 150)
         from cut in Gen.Choose(0, length)
         select (Scores(seed, length), cut)).ToArbitrary();

    [Theory]
    [MemberData(nameof(FilterNames))]
    public void Filters_are_causal_and_can_be_put_away(string name) =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Cuts, c =>
        {
            var whole = Filters[name]();
            double[] expected = [.. c.Scores.Select(whole.Push)];
            var head = Filters[name]();
            double[] first = [.. c.Scores[..c.Cut].Select(head.Push)];
            var tail = Filters[name]();
            tail.Restore(head.State);
            return Same(expected, [.. first, .. c.Scores[c.Cut..].Select(tail.Push)]);
        }));

    [Fact]
    public void The_sliding_threshold_is_causal_and_can_be_put_away() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Cuts, c =>
        {
            var options = new KSigmaOptions { Window = 20, Fewest = 5, K = 1.5, M = 2, N = 3, SigmaFloor = 0.01 };
            var whole = new KSigmaThreshold(options);
            ThresholdResult[] expected = [.. c.Scores.Select(whole.Push)];
            var head = new KSigmaThreshold(options);
            ThresholdResult[] first = [.. c.Scores[..c.Cut].Select(head.Push)];
            var tail = new KSigmaThreshold(options, head.State);
            ThresholdResult[] all = [.. first, .. c.Scores[c.Cut..].Select(tail.Push)];
            return Same([.. expected.Select(r => r.Threshold)], [.. all.Select(r => r.Threshold)]) && expected.Select(r => (r.Exceeds, r.Alarm)).SequenceEqual(all.Select(r => (r.Exceeds, r.Alarm)));
        }));

    private static double[] Scores(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(20) == 0 ? double.NaN : random.NextDouble() * (random.Next(10) == 0 ? 10 : 1))];
    }

    private static bool Same(double[] a, double[] b) => a.Select(BitConverter.DoubleToInt64Bits).SequenceEqual(b.Select(BitConverter.DoubleToInt64Bits));
}
