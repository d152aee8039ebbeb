namespace Tocsin.Inference.Tensors.Ops;

/// <summary>Multi-head attention within each window. Windows are runs of rows of any length: window w is rows starts[w]..starts[w+1]-1, so
/// padded tokens are masked as keys by not being there. Columns of the input: queries, keys, values, each heads x width.</summary>
internal sealed unsafe class AttentionOp : TapeOp
{
    private Tensor _x, _y;
    private int* _starts;
    private int _windows, _heads;
    private float* _attention, _turned, _scratch;

    public static Tensor Apply(Tape tape, in Tensor x, int windows, int* starts, int heads)
    {
        var y = tape.Make(x.Rows, x.Columns / 3);
        var op = tape.Next<AttentionOp>();
        (op._x, op._y, op._windows, op._heads) = (x, y, windows, heads);
        op._starts = starts;
        var width = y.Columns / heads;
        int area = 0, longest = 1;
        for (var w = 0; w < windows; w++)
        {
            var n = starts[w + 1] - starts[w];
            area += heads * n * tape.Kernels.AttentionStride(n);
            longest = Math.Max(longest, n);
        }
        var stride = tape.Kernels.AttentionStride(longest);
        op._attention = tape.Room(area);
        op._turned = tape.Room(width * stride);
        op._scratch = tape.Room(longest * stride);
        op.Forward(tape, width);
        return y;
    }

    private void Forward(Tape tape, int width)
    {
        var p = _attention;
        for (var w = 0; w < _windows; w++)
        {
            int first = _starts[w], n = _starts[w + 1] - first;
            if (n == 0)
                continue;
            for (var h = 0; h < _heads; h++, p += n * tape.Kernels.AttentionStride(n))
            {
                var q = _x.Row(first) + (h * width);
                float* k = q + _y.Columns, v = k + _y.Columns;
                tape.Kernels.Attend(n, n, width, q, _x.Stride, k, v, _x.Stride, p, _turned, _y.Row(first) + (h * width), _y.Stride);
            }
        }
        ClearPadding(_y.Data, _y);
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        if (tape.Claim(_x))
            throw new InvalidOperationException("attention must be the only reader of its input");
        var p = _attention;
        var width = _y.Columns / _heads;
        for (var w = 0; w < _windows; w++)
        {
            int first = _starts[w], n = _starts[w + 1] - first;
            if (n == 0)
                continue;
            for (var h = 0; h < _heads; h++, p += n * tape.Kernels.AttentionStride(n))
            {
                float* q = _x.Row(first) + (h * width), dq = _x.GradRow(first) + (h * width);
                float* k = q + _y.Columns, v = k + _y.Columns, dk = dq + _y.Columns, dv = dk + _y.Columns;
                tape.Kernels.AttendBack(n, width, q, k, v, _x.Stride, p, _turned, _scratch,
                    _y.GradRow(first) + (h * width), _y.Stride, dq, dk, dv, _x.Stride);
            }
        }
        ClearPadding(_x.Grad, _x);
    }

    private static void ClearPadding(float* data, in Tensor shape)
    {
        for (var r = 0; r < shape.Rows; r++)
        {
            for (var j = shape.Columns; j < shape.Stride; j++)
                data[((nint)r * shape.Stride) + j] = 0;
        }
    }
}
