using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Inference.Tensors.Ops;

/// <summary>Cross attention within groups of rows: row i of a group asks, all rows of the group answer, in heads (FT-MoE eq. 6 and 7). Group w is rows
/// starts[w]..starts[w+1]-1. Columns of <c>kv</c>: the keys of all heads, then the values of all heads. Tiled: no matrix of rows x rows exists.</summary>
internal sealed unsafe class StreamAttentionOp : TapeOp
{
    private Tensor _q, _kv, _y;
    private int* _starts;
    private int _groups, _heads, _longest;
    private float* _norms;

    public static Tensor Apply(Tape tape, in Tensor q, in Tensor kv, int groups, int* starts, int heads)
    {
        var y = tape.Make(q.Rows, q.Columns);
        var op = tape.Next<StreamAttentionOp>();
        (op._q, op._kv, op._y, op._groups, op._heads) = (q, kv, y, groups, heads);
        op._starts = starts;
        op._longest = 1;
        for (var w = 0; w < groups; w++)
            op._longest = Math.Max(op._longest, starts[w + 1] - starts[w]);
        op._norms = tape.Room(heads * q.Rows);
        new Span<float>(y.Data, y.Rows * y.Stride).Clear();
        float* scratch = tape.Room(tape.Kernels.StreamRoom), turned = tape.Room(TurnedRoom(op._longest, q.Columns / heads));
        for (var w = 0; w < groups; w++)
        {
            int first = starts[w], rows = starts[w + 1] - first;
            if (rows > 0)
                Forward(tape.Kernels, rows, q.Columns, heads, q.Row(first), q.Stride, kv.Row(first), kv.Stride, turned, scratch, y.Row(first), y.Stride, op._norms + (heads * first));
        }
        return y;
    }

    /// <summary>Floats for the transposed keys of one head.</summary>
    public static int TurnedRoom(int rows, int width) => checked(width * Layout.Stride(rows));

    /// <summary>One group, also for serving.</summary>
    /// <param name="norms">Out: heads x rows.</param>
    public static void Forward(KernelTable kernels, int rows, int columns, int heads, float* q, int ldq, float* kv, int ldkv,
        float* turned, float* scratch, float* y, int ldy, float* norms)
    {
        var width = columns / heads;
        for (var h = 0; h < heads; h++)
        {
            var k = kv + (h * width);
            Turn(k, ldkv, rows, width, turned);
            kernels.Stream(rows, rows, width, q + (h * width), ldq, turned, Layout.Stride(rows), k + columns, ldkv, scratch, y + (h * width), ldy, norms + ((nint)h * rows));
        }
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        if (tape.Claim(_q) || tape.Claim(_kv))
            throw new InvalidOperationException("attention must be the only reader of its inputs");
        new Span<float>(_q.Grad, _q.Rows * _q.Stride).Clear();
        new Span<float>(_kv.Grad, _kv.Rows * _kv.Stride).Clear();
        var width = _q.Columns / _heads;
        float* scratch = tape.Room(tape.Kernels.StreamRoom), along = tape.Room(_longest);
        float* turned = tape.Room(TurnedRoom(_longest, width)), turnedV = tape.Room(TurnedRoom(_longest, width));
        for (var w = 0; w < _groups; w++)
        {
            int first = _starts[w], rows = _starts[w + 1] - first;
            for (var h = 0; h < _heads && rows > 0; h++)
            {
                var at = h * width;
                float* k = _kv.Row(first) + at, dk = _kv.GradRow(first) + at;
                Turn(k, _kv.Stride, rows, width, turned);
                Turn(k + _q.Columns, _kv.Stride, rows, width, turnedV);
                for (var r = 0; r < rows; r++)
                    along[r] = tape.Kernels.Dot(width, _y.Row(first + r) + at, _y.GradRow(first + r) + at);
                tape.Kernels.StreamBack(rows, rows, width, _q.Row(first) + at, _q.Stride, k, turned, turnedV, Layout.Stride(rows), _kv.Stride, scratch,
                    _norms + (_heads * first) + ((nint)h * rows), along, _y.GradRow(first) + at, _y.Stride, _q.GradRow(first) + at, _q.Stride, dk, dk + _q.Columns, _kv.Stride);
            }
        }
    }

    private static void Turn(float* from, int ld, int rows, int width, float* turned)
    {
        var stride = Layout.Stride(rows);
        Transposition.Copy(from, ld, rows, width, turned, stride);
        for (var j = 0; j < width; j++)
            new Span<float>(turned + ((nint)j * stride) + rows, stride - rows).Clear();
    }
}
