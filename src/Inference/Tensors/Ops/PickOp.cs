namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y[i] = x[rows[i]]: any rows, each as often as it is named.</summary>
internal sealed unsafe class PickOp : TapeOp
{
    private Tensor _x, _y;
    private int* _rows;

    public static Tensor Apply(Tape tape, in Tensor x, int* rows, int count)
    {
        var y = tape.Make(count, x.Columns);
        Forward(x.Data, x.Stride, rows, count, y.Data);
        var op = tape.Next<PickOp>();
        (op._x, op._y) = (x, y);
        op._rows = rows;
        return y;
    }

    /// <summary>The same for serving.</summary>
    public static void Forward(float* x, int stride, int* rows, int count, float* y)
    {
        for (var i = 0; i < count; i++)
            new ReadOnlySpan<float>(x + ((nint)rows[i] * stride), stride).CopyTo(new Span<float>(y + ((nint)i * stride), stride));
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Need(_x);
        for (var i = 0; i < _y.Rows; i++)
            tape.Kernels.Add(_y.Stride, _y.GradRow(i), _x.GradRow(_rows[i]));
    }
}
