using Tocsin.Inference.Features;

namespace Tocsin.Inference.Patterns;

/// <summary>How much of what a feature shows is the segment's own and not chance or length: from halves of segments against their whole.</summary>
/// <remarks>
/// The intraclass correlation (Shrout and Fleiss, 1979) with one more term: what the halves disagree on is chance, what they agree on and
/// the whole does not show is length. Without it distance follows length again, because a feature that only length moves is scaled to the
/// same spread as the others. The floor keeps a site of one process from being split along what chance alone made look reliable.
/// </remarks>
internal static class FeatureReliability
{
    private const float Floor = 0.1f;

    /// <summary>Fewer segments than this say nothing: every feature then counts as wholly reliable.</summary>
    public const int FewestSegments = 5;

    /// <summary>More than this are thinned evenly: a share is known to within 0.03 from them.</summary>
    public const int MostSegments = 1000;

    /// <param name="whole">Length-free features.</param>
    /// <param name="first">Of the same segments' first halves, row by row.</param>
    /// <param name="second">Of their second halves.</param>
    /// <param name="centre">Per column.</param>
    /// <param name="scale">Per column; 0 = the column is left out.</param>
    /// <returns>Per column 0.1..1; 0 where it is left out.</returns>
    public static float[] Of(VectorTable whole, VectorTable first, VectorTable second, float[] centre, float[] scale, float clip, int threads)
    {
        var reliability = new float[whole.Width];
        if (whole.Count < FewestSegments)
        {
            Array.Fill(reliability, 1);
            return reliability;
        }
        Workers.ForEach(whole.Width / FeatureNames.Count, threads, metric =>
        {
            for (var c = metric * FeatureNames.Count; c < (metric + 1) * FeatureNames.Count; c++)
                reliability[c] = scale[c] > 0 ? OfColumn(whole, first, second, c, centre[c], scale[c], clip) : 0;
        });
        return reliability;
    }

    private static float OfColumn(VectorTable whole, VectorTable first, VectorTable second, int column, float centre, float scale, float clip)
    {
        double chance = 0, length = 0, sum = 0, squares = 0;
        for (var i = 0; i < whole.Count; i++)
        {
            double w = Z(whole), a = Z(first), b = Z(second);
            chance += (a - b) * (a - b) / 2;
            length += Math.Pow(((a + b) / 2) - w, 2);
            sum += a + b + w;
            squares += (a * a) + (b * b) + (w * w);

            double Z(VectorTable table)
            {
                var z = (table.Row(i)[column] - centre) / scale;
                return float.IsNaN(z) ? 0 : Math.Clamp(z, -clip, clip);
            }
        }
        var count = 3.0 * whole.Count;
        var variance = (squares / count) - (sum / count * (sum / count));
        var share = variance <= 1e-12 ? 0 : (float)Math.Clamp(1 - ((chance + length) / whole.Count / variance), 0, 1);
        return Floor + ((1 - Floor) * share);
    }
}
