using System.Runtime.Intrinsics;

namespace Tocsin.Inference.Patterns;

/// <summary>Squared Euclidean distances between two blocks of rows.</summary>
/// <remarks>
/// Differences are squared and summed, not |a|^2 + |b|^2 - 2ab: that would halve the work and lose the small distances of near
/// duplicates to cancellation. A pair's sum runs over the columns in one fixed order, whatever block it stands in, so a distance
/// is the same to the bit for any tiling, any order of rows and any number of threads.
/// </remarks>
internal static unsafe class DistanceKernel
{
    /// <summary>Rows a tile: two tiles of a chunk fill half of a 2 MB second-level cache.</summary>
    public const int Tile = 64;

    /// <summary>Columns summed in float before they are added in double: 4 + 4 rows of it fit the first-level cache.</summary>
    private const int Chunk = 1024;

    /// <param name="result">Tile x Tile, row-major: [i, j] = |left(first + i) - right(second + j)|^2. Only rows x columns of it are written.</param>
    public static void Squared(VectorTable table, int first, int rows, int second, int columns, double* result)
    {
        new Span<double>(result, Tile * Tile).Clear();
        var a = stackalloc float*[4];
        var b = stackalloc float*[4];
        var width = table.PaddedWidth;
        for (var from = 0; from < width; from += Chunk)
        {
            var length = Math.Min(Chunk, width - from);
            for (var i = 0; i < rows; i += 4)
            {
                for (var q = 0; q < 4; q++)
                    a[q] = table.Pointer(first + Math.Min(i + q, rows - 1)) + from;
                for (var j = 0; j < columns; j += 4)
                {
                    // At the border a row stands for those that are missing; what it gives lands in cells that nobody reads.
                    for (var q = 0; q < 4; q++)
                        b[q] = table.Pointer(second + Math.Min(j + q, columns - 1)) + from;
                    var cell = result + (i * Tile) + j;
                    if (Vector512.IsHardwareAccelerated)
                    {
                        FourByFour(a, b, length, cell);
                    }
                    else
                    {
                        TwoByFour(a, b, length, cell);
                        TwoByFour(a + 2, b, length, cell + (2 * Tile));
                    }
                }
            }
        }
    }

    private static void FourByFour(float** a, float** b, int length, double* cell)
    {
        float* a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3];
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<float> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<float> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector512<float> s30 = default, s31 = default, s32 = default, s33 = default;
        for (var k = 0; k < length; k += Vector512<float>.Count)
        {
            var x0 = Vector512.Load(a0 + k);
            var x1 = Vector512.Load(a1 + k);
            var x2 = Vector512.Load(a2 + k);
            var x3 = Vector512.Load(a3 + k);
            var y = Vector512.Load(b0 + k);
            s00 = Add(x0 - y, s00);
            s10 = Add(x1 - y, s10);
            s20 = Add(x2 - y, s20);
            s30 = Add(x3 - y, s30);
            y = Vector512.Load(b1 + k);
            s01 = Add(x0 - y, s01);
            s11 = Add(x1 - y, s11);
            s21 = Add(x2 - y, s21);
            s31 = Add(x3 - y, s31);
            y = Vector512.Load(b2 + k);
            s02 = Add(x0 - y, s02);
            s12 = Add(x1 - y, s12);
            s22 = Add(x2 - y, s22);
            s32 = Add(x3 - y, s32);
            y = Vector512.Load(b3 + k);
            s03 = Add(x0 - y, s03);
            s13 = Add(x1 - y, s13);
            s23 = Add(x2 - y, s23);
            s33 = Add(x3 - y, s33);
        }
        Put(cell, s00, s01, s02, s03);
        Put(cell + Tile, s10, s11, s12, s13);
        Put(cell + (2 * Tile), s20, s21, s22, s23);
        Put(cell + (3 * Tile), s30, s31, s32, s33);
    }

    private static Vector512<float> Add(Vector512<float> difference, Vector512<float> sum) =>
        Vector512.FusedMultiplyAdd(difference, difference, sum);

    private static void Put(double* cell, Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3)
    {
        cell[0] += Vector512.Sum(s0);
        cell[1] += Vector512.Sum(s1);
        cell[2] += Vector512.Sum(s2);
        cell[3] += Vector512.Sum(s3);
    }

    private static void TwoByFour(float** a, float** b, int length, double* cell)
    {
        float* a0 = a[0], a1 = a[1], b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3];
        Vector256<float> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector256<float> s10 = default, s11 = default, s12 = default, s13 = default;
        for (var k = 0; k < length; k += Vector256<float>.Count)
        {
            var x0 = Vector256.Load(a0 + k);
            var x1 = Vector256.Load(a1 + k);
            var y = Vector256.Load(b0 + k);
            s00 = Add(x0 - y, s00);
            s10 = Add(x1 - y, s10);
            y = Vector256.Load(b1 + k);
            s01 = Add(x0 - y, s01);
            s11 = Add(x1 - y, s11);
            y = Vector256.Load(b2 + k);
            s02 = Add(x0 - y, s02);
            s12 = Add(x1 - y, s12);
            y = Vector256.Load(b3 + k);
            s03 = Add(x0 - y, s03);
            s13 = Add(x1 - y, s13);
        }
        Put(cell, s00, s01, s02, s03);
        Put(cell + Tile, s10, s11, s12, s13);
    }

    private static Vector256<float> Add(Vector256<float> difference, Vector256<float> sum) =>
        Vector256.FusedMultiplyAdd(difference, difference, sum);

    private static void Put(double* cell, Vector256<float> s0, Vector256<float> s1, Vector256<float> s2, Vector256<float> s3)
    {
        cell[0] += Vector256.Sum(s0);
        cell[1] += Vector256.Sum(s1);
        cell[2] += Vector256.Sum(s2);
        cell[3] += Vector256.Sum(s3);
    }
}
