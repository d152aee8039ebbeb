namespace Tocsin.Inference.Features;

/// <summary>Gauss with row pivots, for systems of a dozen unknowns.</summary>
internal static class Elimination
{
    /// <param name="matrix">n rows of n + 1: the coefficients and the right-hand side. Overwritten.</param>
    /// <returns>False where a pivot is zero: the system has no single solution.</returns>
    public static bool Solve(Span<double> matrix, Span<double> solution)
    {
        var n = solution.Length;
        var width = n + 1;
        for (var step = 0; step < n; step++)
        {
            var pivot = step;
            for (var row = step + 1; row < n; row++)
            {
                if (Math.Abs(matrix[row * width + step]) > Math.Abs(matrix[pivot * width + step]))
                    pivot = row;
            }
            if (matrix[pivot * width + step] == 0)
                return false;
            var top = matrix.Slice(step * width, width);
            if (pivot != step)
            {
                var other = matrix.Slice(pivot * width, width);
                for (var c = step; c < width; c++)
                    (top[c], other[c]) = (other[c], top[c]);
            }
            for (var row = step + 1; row < n; row++)
            {
                var below = matrix.Slice(row * width, width);
                var factor = below[step] / top[step];
                for (var c = step + 1; c < width; c++)
                    below[c] -= factor * top[c];
            }
        }
        for (var row = n - 1; row >= 0; row--)
        {
            var sum = matrix[row * width + n];
            for (var c = row + 1; c < n; c++)
                sum -= matrix[row * width + c] * solution[c];
            solution[row] = sum / matrix[row * width + row];
        }
        return true;
    }
}
