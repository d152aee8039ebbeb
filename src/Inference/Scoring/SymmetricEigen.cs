namespace Tocsin.Inference.Scoring;

/// <summary>Eigenvalues and vectors of a symmetric matrix by Jacobi's cyclic rotations: slow and exact, for the few hundred metrics of a node.</summary>
public static class SymmetricEigen
{
    private const int MostSweeps = 60;

    /// <param name="matrix">Row-major n x n, symmetric; not changed.</param>
    /// <returns>Values, largest first; vectors, one a row, of length 1, their largest entry positive.</returns>
    public static (double[] Values, double[] Vectors) Solve(ReadOnlySpan<double> matrix, int n)
    {
        if (matrix.Length != n * n)
            throw new ArgumentException($"{matrix.Length} entries for {n} x {n}", nameof(matrix));
        var a = matrix.ToArray();
        var v = new double[n * n];
        for (var i = 0; i < n; i++)
            v[i * n + i] = 1;
        double scale = 0;
        foreach (var x in a)
            scale = Math.Max(scale, Math.Abs(x));
        for (var sweep = 0; sweep < MostSweeps; sweep++)
        {
            double off = 0;
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                    off = Math.Max(off, Math.Abs(a[p * n + q]));
            }
            if (off <= 1e-15 * scale)
                break;
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                    Rotate(a, v, n, p, q);
            }
        }
        return Sorted(a, v, n);
    }

    private static void Rotate(double[] a, double[] v, int n, int p, int q)
    {
        var apq = a[p * n + q];
        if (apq == 0)
            return;
        var theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
        var t = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        var c = 1 / Math.Sqrt(t * t + 1);
        var s = t * c;
        for (var k = 0; k < n; k++)
        {
            var (kp, kq) = (a[k * n + p], a[k * n + q]);
            a[k * n + p] = c * kp - s * kq;
            a[k * n + q] = s * kp + c * kq;
        }
        var rowP = a.AsSpan(p * n, n);
        var rowQ = a.AsSpan(q * n, n);
        var vecP = v.AsSpan(p * n, n);
        var vecQ = v.AsSpan(q * n, n);
        for (var k = 0; k < n; k++)
        {
            (rowP[k], rowQ[k]) = (c * rowP[k] - s * rowQ[k], s * rowP[k] + c * rowQ[k]);
            (vecP[k], vecQ[k]) = (c * vecP[k] - s * vecQ[k], s * vecP[k] + c * vecQ[k]);
        }
    }

    private static (double[] Values, double[] Vectors) Sorted(double[] a, double[] v, int n)
    {
        var order = Enumerable.Range(0, n).OrderByDescending(i => a[i * n + i]).ThenBy(i => i).ToArray();
        var values = new double[n];
        var vectors = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            values[i] = a[order[i] * n + order[i]];
            var row = v.AsSpan(order[i] * n, n);
            double largest = 0;
            foreach (var x in row)
                largest = Math.Abs(x) > Math.Abs(largest) ? x : largest;
            for (var k = 0; k < n; k++)
                vectors[i * n + k] = largest < 0 ? -row[k] : row[k];
        }
        return (values, vectors);
    }
}
