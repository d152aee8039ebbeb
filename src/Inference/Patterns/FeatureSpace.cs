using Tocsin.Inference.Features;

namespace Tocsin.Inference.Patterns;

/// <summary>The space in which segments are compared: features made independent of length, scaled robustly, clipped, and weighed evenly.</summary>
/// <remarks>
/// Unscaled, three spectral features carry 95 % of the distance between two segments, and distance follows length. Here every metric weighs
/// the same, within a metric every group of features, within a group every feature; each feature's weight is then taken by how much it tells
/// of the segment itself (<see cref="FeatureReliability"/>).
/// </remarks>
public sealed class FeatureSpace
{
    private readonly FeatureSpaceState _state;

    public FeatureSpace(FeatureSpaceState state) => _state = state;

    public FeatureSpaceState State => _state;

    public int Dimensions => _state.Columns.Length;

    /// <summary>Values a vector takes: the dimensions, or one 0 where there is none.</summary>
    public int Width => Math.Max(1, Dimensions);

    /// <summary>Features of one segment, growth by length taken out, as they are stored before a space is fitted.</summary>
    /// <param name="features">metrics x 134, row-major; what is not finite becomes NaN, which later counts as the median.</param>
    public static void LengthFree(ReadOnlySpan<double> features, int frames, Span<float> row)
    {
        var traits = FeatureTraits.All;
        for (var c = 0; c < row.Length; c++)
            row[c] = Finite(traits[c % FeatureNames.Count].LengthFree(features[c], frames));
    }

    /// <param name="lengthFree">Segments x (metrics x 134), from <see cref="LengthFree"/>.</param>
    /// <param name="halves">Of some of the segments; null where there are none.</param>
    /// <param name="floorShare">See <see cref="RobustScale"/>.</param>
    /// <returns>A space of no dimension where nothing moved.</returns>
    public static FeatureSpace Fit(VectorTable lengthFree, SegmentHalves? halves, float clip, double floorShare, int threads)
    {
        var metrics = lengthFree.Width / FeatureNames.Count;
        var centre = new float[lengthFree.Width];
        var scale = new float[lengthFree.Width];
        Workers.ForEach(metrics, threads, m => FitMetric(lengthFree, m, floorShare, centre, scale));
        var reliability = halves is null
            ? [.. scale.Select(s => s > 0 ? 1f : 0f)]
            : FeatureReliability.Of(halves.Whole, halves.First, halves.Second, centre, scale, clip, threads);
        var columns = Enumerable.Range(0, lengthFree.Width).Where(c => scale[c] > 0).ToArray();
        return new FeatureSpace(new FeatureSpaceState(
            metrics, columns, [.. columns.Select(c => centre[c])], [.. columns.Select(c => 1 / scale[c])], Weights(columns, reliability), clip));
    }

    /// <param name="features">metrics x 134 of <paramref name="frames"/> frames.</param>
    /// <param name="free">Room for as many values.</param>
    /// <param name="vector"><see cref="Width"/> coordinates.</param>
    public void Transform(ReadOnlySpan<double> features, int frames, Span<float> free, Span<float> vector)
    {
        LengthFree(features, frames, free);
        Transform(free, vector);
    }

    /// <summary>Turns rows of length-free features into coordinates, in their own place.</summary>
    public void TransformInPlace(VectorTable lengthFree, int threads)
    {
        const int Batch = 64;
        Workers.ForEach((lengthFree.Count + Batch - 1) / Batch, threads, batch =>
        {
            for (var i = batch * Batch; i < Math.Min(lengthFree.Count, (batch + 1) * Batch); i++)
            {
                var row = lengthFree.Row(i);
                Transform(row, row);
            }
        });
        lengthFree.Narrow(Width);
    }

    // A coordinate's column is never left of it, so source and target may be the same row.
    private void Transform(ReadOnlySpan<float> lengthFree, Span<float> vector)
    {
        var (columns, centre, inverse, weight, clip) = (_state.Columns, _state.Centre, _state.InverseScale, _state.Weight, _state.Clip);
        for (var k = 0; k < columns.Length; k++)
        {
            var z = (lengthFree[columns[k]] - centre[k]) * inverse[k];
            vector[k] = float.IsNaN(z) ? 0 : Math.Clamp(z, -clip, clip) * weight[k];
        }
        if (columns.Length == 0)
            vector[..1].Clear();
    }

    private static void FitMetric(VectorTable table, int metric, double floorShare, float[] centre, float[] scale)
    {
        var values = new float[table.Count];
        for (var f = 0; f < FeatureNames.Count; f++)
        {
            if (!FeatureTraits.All[f].Informative)
                continue;
            var column = (metric * FeatureNames.Count) + f;
            var known = 0;
            for (var i = 0; i < table.Count; i++)
            {
                var value = table.Row(i)[column];
                if (!float.IsNaN(value))
                    values[known++] = value;
            }
            var (median, sigma) = RobustScale.Of(values.AsSpan(0, known), floorShare);
            (centre[column], scale[column]) = ((float)median, (float)sigma);
        }
    }

    private static float[] Weights(int[] columns, float[] reliability)
    {
        var traits = FeatureTraits.All;
        var groups = traits.Where(t => t.Informative).Select(t => t.Group).Distinct().Count();
        var metrics = columns.Select(c => c / FeatureNames.Count).Distinct().Count();
        var members = columns.GroupBy(Group).ToDictionary(g => g.Key, g => g.Count());
        var weights = columns.Select(c => (double)reliability[c] / members[Group(c)] / metrics / groups).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(w => (float)Math.Sqrt(w / sum))];

        (int Metric, string Group) Group(int column) => (column / FeatureNames.Count, traits[column % FeatureNames.Count].Group);
    }

    private static float Finite(double value)
    {
        var single = (float)value;
        return float.IsFinite(single) ? single : float.NaN;
    }
}
