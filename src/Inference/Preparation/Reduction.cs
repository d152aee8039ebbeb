namespace Tocsin.Inference.Preparation;

/// <summary>Leaves out metrics whose curve another one already has: |r| (equation 1) over training and also within segments.</summary>
/// <remarks>
/// Both are asked for: two metrics that only share the level of each job agree over training and not within a segment. Values are bounded to
/// the range that trimming leaves first: one unlabelled fault that moves twenty quiet metrics at once does not make them one.
/// </remarks>
internal static class Reduction
{
    /// <param name="columns">Per metric its treated values, NaN = missing; segments one after another.</param>
    /// <param name="lengths">Frames per segment.</param>
    /// <returns>Per metric the index of the kept one that has its curve, and r; -1 where it is kept itself.</returns>
    public static (int KeptAs, double R)[] Find(IReadOnlyList<float[]> columns, IReadOnlyList<string> names, IReadOnlyList<int> lengths, double sameCurve, double trimmedShare, int mostFrames)
    {
        columns = [.. columns.Select(c => Bound(c, trimmedShare))];
        var stride = Math.Max(1, lengths.Sum() / Math.Max(1, mostFrames));
        var overall = columns.Select(c => Standardise(Thin(c, stride), [Thinned(c.Length, stride)])).ToArray();
        var within = columns.Select(c => Standardise(Thin(c, lengths, stride), [.. lengths.Select(l => Thinned(l, stride))])).ToArray();
        var result = new (int, double)[columns.Count];
        Array.Fill(result, (-1, 0.0));
        var kept = new List<int>();
        foreach (var m in Enumerable.Range(0, columns.Count).OrderBy(m => Words(names[m])).ThenBy(m => names[m].Length).ThenBy(m => names[m], StringComparer.Ordinal))
        {
            var same = -1;
            var r = 0.0;
            foreach (var k in kept)
            {
                r = Dot(overall[m], overall[k]);
                if (Math.Abs(r) >= sameCurve && Math.Abs(Dot(within[m], within[k])) >= sameCurve)
                {
                    same = k;
                    break;
                }
            }
            if (same >= 0)
                result[m] = (same, r);
            else
                kept.Add(m);
        }
        return result;
    }

    private static float[] Bound(float[] column, double share)
    {
        var known = column.Where(v => !float.IsNaN(v)).ToArray();
        if (known.Length == 0)
            return column;
        Array.Sort(known);
        var cut = (int)(known.Length * share);
        var (low, high) = (known[cut], known[known.Length - 1 - cut]);
        return [.. column.Select(v => float.IsNaN(v) ? v : Math.Clamp(v, low, high))];
    }

    private static int Words(string name) => name.Count(c => c == '_');

    private static int Thinned(int length, int stride) => (length + stride - 1) / stride;

    private static float[] Thin(float[] column, int stride) => Thin(column, [column.Length], stride);

    private static float[] Thin(float[] column, IReadOnlyList<int> lengths, int stride)
    {
        if (stride == 1)
            return column;
        var thin = new List<float>((column.Length / stride) + lengths.Count);
        var start = 0;
        foreach (var length in lengths)
        {
            for (var i = 0; i < length; i += stride)
                thin.Add(column[start + i]);
            start += length;
        }
        return [.. thin];
    }

    /// <summary>Takes each block's mean away and scales the whole to length 1; a constant column becomes 0, which correlates with nothing.</summary>
    private static float[] Standardise(float[] column, IReadOnlyList<int> blocks)
    {
        var result = new float[column.Length];
        var start = 0;
        double squares = 0;
        double size = 0;
        foreach (var length in blocks)
        {
            double sum = 0;
            var known = 0;
            for (var i = start; i < start + length; i++)
            {
                if (float.IsNaN(column[i]))
                    continue;
                sum += column[i];
                size += Math.Abs(column[i]);
                known++;
            }
            var mean = known == 0 ? 0 : sum / known;
            for (var i = start; i < start + length; i++)
            {
                var centred = float.IsNaN(column[i]) ? 0 : column[i] - mean;
                result[i] = (float)centred;
                squares += centred * centred;
            }
            start += length;
        }
        // Below float's own rounding of the level there is no curve, only noise.
        var noise = size / Math.Max(1, column.Length) * 1e-6;
        var scale = squares > noise * noise * column.Length ? 1 / Math.Sqrt(squares) : 0;
        for (var i = 0; i < result.Length; i++)
            result[i] = (float)(result[i] * scale);
        return result;
    }

    private static double Dot(float[] a, float[] b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }
}
