using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Inference.Tensors.Ops;

/// <summary>Multi-head attention of single queries, each to all rows of one window (Vaswani et al. 2017, eq. 1): where only some positions of a sequence are read on,
/// the others need keys and values and no queries. Windows are runs of <c>steps</c> rows of <c>kv</c>, whose columns are the keys of all heads, then the values.</summary>
internal sealed unsafe class WindowReadOp : TapeOp
{
    private Tensor _q, _kv, _y;
    private int* _windows;
    private int _steps, _heads, _stride;
    private float* _shares;

    /// <param name="windows">That of each query.</param>
    public static Tensor Apply(Tape tape, in Tensor q, in Tensor kv, int* windows, int steps, int heads)
    {
        var y = tape.Make(q.Rows, q.Columns);
        var op = tape.Next<WindowReadOp>();
        (op._q, op._kv, op._y, op._steps, op._heads, op._stride) = (q, kv, y, steps, heads, tape.Kernels.AttentionStride(steps));
        op._windows = windows;
        op._shares = tape.Room(q.Rows * heads * op._stride);
        new Span<float>(y.Data, y.Rows * y.Stride).Clear();
        var turned = tape.Room(Room(tape.Kernels, q.Columns, steps, heads));
        for (var i = 0; i < q.Rows; i++)
            Forward(tape.Kernels, q.Columns, steps, heads, q.Row(i), kv.Row(windows[i] * steps), kv.Stride, op._shares + ((nint)i * heads * op._stride), turned, y.Row(i));
        return y;
    }

    /// <summary>Floats of scratch of <see cref="Forward"/>.</summary>
    public static int Room(KernelTable kernels, int columns, int steps, int heads) => columns / heads * kernels.AttentionStride(steps);

    /// <summary>One query, also for serving.</summary>
    /// <param name="shares">Out: heads x AttentionStride(steps).</param>
    public static void Forward(KernelTable kernels, int columns, int steps, int heads, float* q, float* kv, int ldkv, float* shares, float* turned, float* y)
    {
        int width = columns / heads, stride = kernels.AttentionStride(steps);
        for (var h = 0; h < heads; h++)
            kernels.Attend(1, steps, width, q + (h * width), columns, kv + (h * width), kv + columns + (h * width), ldkv, shares + (h * stride), turned, y + (h * width), columns);
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Need(_q);
        tape.Need(_kv);
        int columns = _q.Columns, width = columns / _heads;
        var scale = 1 / MathF.Sqrt(width);
        Span<float> back = stackalloc float[_steps];
        for (var i = 0; i < _q.Rows; i++)
        {
            for (var h = 0; h < _heads; h++)
            {
                var p = _shares + ((((nint)i * _heads) + h) * _stride);
                float* q = _q.Row(i) + (h * width), dq = _q.GradRow(i) + (h * width), dy = _y.GradRow(i) + (h * width);
                float along = 0;
                for (var s = 0; s < _steps; s++)
                {
                    var v = _kv.Row((_windows[i] * _steps) + s) + columns + (h * width);
                    float sum = 0;
                    for (var j = 0; j < width; j++)
                        sum += dy[j] * v[j];
                    back[s] = sum;
                    along += p[s] * sum;
                }
                for (var s = 0; s < _steps; s++)
                {
                    var row = (_windows[i] * _steps) + s;
                    float* k = _kv.Row(row) + (h * width), dk = _kv.GradRow(row) + (h * width), dv = dk + columns;
                    float share = p[s], score = share * (back[s] - along) * scale;
                    for (var j = 0; j < width; j++)
                    {
                        dq[j] += score * k[j];
                        dk[j] += score * q[j];
                        dv[j] += share * dy[j];
                    }
                }
            }
        }
    }
}
