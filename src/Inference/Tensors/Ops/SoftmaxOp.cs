namespace Tocsin.Inference.Tensors.Ops;

/// <summary>Softmax of each row.</summary>
internal sealed unsafe class SoftmaxOp : TapeOp
{
    private Tensor _x, _y;

    public static Tensor Apply(Tape tape, in Tensor x)
    {
        var y = tape.Make(x.Rows, x.Columns);
        new ReadOnlySpan<float>(x.Data, x.Rows * x.Stride).CopyTo(new Span<float>(y.Data, y.Rows * y.Stride));
        tape.Kernels.Softmax(y.Rows, y.Columns, y.Stride, 1, y.Data);
        var op = tape.Next<SoftmaxOp>();
        (op._x, op._y) = (x, y);
        return y;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Kernels.SoftmaxBack(_x.Rows, _x.Stride, 1, _y.Data, _y.Grad, _x.Grad, tape.Claim(_x));
    }
}
