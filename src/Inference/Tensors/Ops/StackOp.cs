namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y = the rows of a, then those of b.</summary>
internal sealed unsafe class StackOp : TapeOp
{
    private Tensor _a, _b, _y;

    public static Tensor Apply(Tape tape, in Tensor a, in Tensor b)
    {
        var y = tape.Make(a.Rows + b.Rows, a.Columns);
        new ReadOnlySpan<float>(a.Data, a.Rows * a.Stride).CopyTo(new Span<float>(y.Data, a.Rows * y.Stride));
        new ReadOnlySpan<float>(b.Data, b.Rows * b.Stride).CopyTo(new Span<float>(y.Row(a.Rows), b.Rows * y.Stride));
        var op = tape.Next<StackOp>();
        (op._a, op._b, op._y) = (a, b, y);
        return y;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Kernels.Scaled(_a.Rows * _a.Stride, 1, _y.Grad, _a.Grad, tape.Claim(_a));
        tape.Kernels.Scaled(_b.Rows * _b.Stride, 1, _y.GradRow(_a.Rows), _b.Grad, tape.Claim(_b));
    }
}
