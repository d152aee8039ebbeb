using System.Runtime.Intrinsics;
using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Inference.Tensors.Ops;

/// <summary>Multi-head attention of each row to the rows at the other ends of its edges (Vaswani et al. 2017, eq. 1, over those alone): row i asks the rows
/// sources[starts[i]..starts[i+1]-1] of <c>kv</c>, whose columns are the keys of all heads, then the values. A row that stands there twice counts twice.
/// Time grows with the edges, not with the square of the rows.</summary>
internal sealed unsafe class EdgeReadOp : TapeOp
{
    private Tensor _q, _kv, _y;
    private EdgeList _edges;
    private int _heads;
    private float* _shares;

    /// <param name="edges">Types and amounts are not looked at; sources are rows of <paramref name="kv"/>.</param>
    public static Tensor Apply(Tape tape, in Tensor q, in Tensor kv, in EdgeList edges, int heads)
    {
        var y = tape.Make(q.Rows, q.Columns);
        var op = tape.Next<EdgeReadOp>();
        (op._q, op._kv, op._y, op._edges, op._heads) = (q, kv, y, edges, heads);
        op._shares = tape.Room(edges.Count * heads);
        new Span<float>(y.Data, y.Rows * y.Stride).Clear();
        Forward(tape.Kernels, edges.Rows, edges.Starts, edges.Sources, q.Columns, heads, q.Data, q.Stride, kv.Data, kv.Stride, op._shares, y.Data, y.Stride);
        return y;
    }

    /// <summary>The same for serving: nothing is recorded.</summary>
    /// <param name="shares">Out: edges x heads.</param>
    public static void Forward(KernelTable kernels, int rows, int* starts, int* sources, int columns, int heads, float* q, int ldq, float* kv, int ldkv, float* shares, float* y, int ldy)
    {
        var width = columns / heads;
        var scale = 1 / MathF.Sqrt(width);
        for (var i = 0; i < rows; i++)
        {
            int first = starts[i], end = starts[i + 1];
            for (var h = 0; h < heads; h++)
            {
                var query = q + ((nint)i * ldq) + (h * width);
                var top = float.NegativeInfinity;
                for (var e = first; e < end; e++)
                {
                    var score = scale * Dot(width, query, kv + ((nint)sources[e] * ldkv) + (h * width));
                    top = Math.Max(top, shares[(e * heads) + h] = score);
                }
                float sum = 0;
                for (var e = first; e < end; e++)
                    sum += shares[(e * heads) + h] = MathF.Exp(shares[(e * heads) + h] - top);
                var to = y + ((nint)i * ldy) + (h * width);
                for (var e = first; e < end; e++)
                {
                    var share = shares[(e * heads) + h] /= sum;
                    kernels.Scaled(width, share, kv + ((nint)sources[e] * ldkv) + columns + (h * width), to, e > first);
                }
            }
        }
    }

    /// <summary>Of any length: a head is rarely as wide as the kernels' rows.</summary>
    private static float Dot(int n, float* x, float* y)
    {
        var sums = Vector128<float>.Zero;
        var j = 0;
        for (; j + Vector128<float>.Count <= n; j += Vector128<float>.Count)
            sums += Vector128.Load(x + j) * Vector128.Load(y + j);
        var sum = Vector128.Sum(sums);
        for (; j < n; j++)
            sum += x[j] * y[j];
        return sum;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Need(_q);
        tape.Need(_kv);
        int columns = _q.Columns, width = columns / _heads;
        var scale = 1 / MathF.Sqrt(width);
        for (var i = 0; i < _edges.Rows; i++)
        {
            for (var h = 0; h < _heads; h++)
            {
                float* q = _q.Row(i) + (h * width), dq = _q.GradRow(i) + (h * width), dy = _y.GradRow(i) + (h * width);
                var along = Dot(width, dy, _y.Row(i) + (h * width));
                for (var e = _edges.Starts[i]; e < _edges.Starts[i + 1]; e++)
                {
                    var row = _edges.Sources[e];
                    float* k = _kv.Row(row) + (h * width), dk = _kv.GradRow(row) + (h * width);
                    var share = _shares[(e * _heads) + h];
                    var score = share * (Dot(width, dy, k + columns) - along) * scale;
                    tape.Kernels.Scaled(width, score, k, dq, true);
                    tape.Kernels.Scaled(width, score, q, dk, true);
                    tape.Kernels.Scaled(width, share, dy, dk + columns, true);
                }
            }
        }
    }
}
