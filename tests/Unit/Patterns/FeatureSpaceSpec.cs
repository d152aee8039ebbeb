using Tocsin.Inference.Features;
using Tocsin.Inference.Patterns;

namespace Tocsin.Unit.Patterns;

public sealed class FeatureSpaceSpec
{
    private const int Metrics = 3;
    private const int Width = Metrics * FeatureNames.Count;

    [Fact]
    public void Distance_is_spread_evenly_over_metrics_and_groups()
    {
        var table = Tables.Noise(400, Width, seed: 1);
        var space = FeatureSpace.Fit(table, halves: null, 5, 0, 2);
        space.TransformInPlace(table, 2);
        var shares = new Dictionary<(int, string), double>();
        for (var i = 1; i < table.Count; i++)
        {
            for (var k = 0; k < space.Dimensions; k++)
            {
                var column = space.State.Columns[k];
                var key = (column / FeatureNames.Count, FeatureTraits.All[column % FeatureNames.Count].Group);
                shares[key] = shares.GetValueOrDefault(key) + Math.Pow(table.Row(i)[k] - table.Row(i - 1)[k], 2);
            }
        }
        var mean = shares.Values.Average();
        Assert.Equal(Metrics * FeatureTraits.All.Where(t => t.Informative).Select(t => t.Group).Distinct().Count(), shares.Count);
        Assert.All(shares.Values, s => Assert.InRange(s / mean, 0.8, 1.25));
    }

    [Fact]
    public void What_never_moves_or_says_nothing_is_no_coordinate()
    {
        var table = Tables.Noise(50, Width, seed: 2);
        for (var i = 0; i < table.Count; i++)
            table.Row(i)[FeatureNames.IndexOf("Mean")] = 3.5f;
        var columns = FeatureSpace.Fit(table, halves: null, 5, 0, 1).State.Columns;
        Assert.DoesNotContain(FeatureNames.IndexOf("Mean"), columns);
        Assert.Contains(FeatureNames.Count + FeatureNames.IndexOf("Mean"), columns);
        Assert.DoesNotContain(columns, c => !FeatureTraits.All[c % FeatureNames.Count].Informative);
    }

    [Fact]
    public void One_wild_segment_neither_sets_the_scale_nor_reaches_further_than_the_clip()
    {
        var table = Tables.Noise(100, Width, seed: 3);
        var before = FeatureSpace.Fit(table, halves: null, 5, 0.25, 1);
        table.Row(0).Fill(1e9f);
        var after = FeatureSpace.Fit(table, halves: null, 5, 0.25, 1);
        Assert.Equal(before.State.Columns, after.State.Columns);
        for (var k = 0; k < before.Dimensions; k++)
            Assert.True(Math.Abs((after.State.InverseScale[k] / before.State.InverseScale[k]) - 1) < 0.25, $"column {after.State.Columns[k]}: {before.State.InverseScale[k]} became {after.State.InverseScale[k]}");
        after.TransformInPlace(table, 1);
        for (var k = 0; k < after.Dimensions; k++)
            Assert.Equal(5 * after.State.Weight[k], table.Row(0)[k]);
    }

    [Fact]
    public void A_feature_that_only_a_few_segments_show_is_kept()
    {
        var table = new VectorTable(40, Width);
        for (var i = 0; i < 3; i++)
            table.Row(i)[FeatureNames.IndexOf("Mean")] = 2;
        var space = FeatureSpace.Fit(table, halves: null, 5, 0.25, 1);
        Assert.Equal([FeatureNames.IndexOf("Mean")], space.State.Columns);
        space.TransformInPlace(table, 1);
        Assert.True(table.Row(0)[0] > table.Row(10)[0]);
    }

    [Fact]
    public void One_segment_and_a_table_are_transformed_alike_to_the_bit()
    {
        var random = new Random(4);
        var features = Enumerable.Range(0, 30).Select(_ => Enumerable.Range(0, Width).Select(_ => random.NextDouble() * 50).ToArray()).ToArray();
        var table = new VectorTable(features.Length, Width);
        for (var i = 0; i < features.Length; i++)
            FeatureSpace.LengthFree(features[i], 100 + i, table.Row(i));
        var space = FeatureSpace.Fit(table, halves: null, 5, 0.25, 1);
        space.TransformInPlace(table, 2);
        var one = new float[space.Dimensions];
        for (var i = 0; i < features.Length; i++)
        {
            space.Transform(features[i], 100 + i, new float[features[i].Length], one);
            Assert.Equal(one, table.Row(i).ToArray());
        }
    }

    [Fact]
    public void What_is_no_number_counts_as_the_median()
    {
        var table = Tables.Noise(60, Width, seed: 6);
        var space = FeatureSpace.Fit(table, halves: null, 5, 0.25, 1);
        var features = new double[Width];
        Array.Fill(features, double.NaN);
        var vector = new float[space.Dimensions];
        space.Transform(features, 10, new float[features.Length], vector);
        Assert.All(vector, v => Assert.Equal(0, v));
    }
}
