namespace Tocsin.Inference.Tensors.Ops;

/// <summary>GELU by its tanh form; the derivative is computed on the way forward.</summary>
internal sealed unsafe class GeluOp : TapeOp
{
    private Tensor _x, _y;
    private float* _slope;

    public static Tensor Apply(Tape tape, in Tensor x)
    {
        var y = tape.Make(x.Rows, x.Columns);
        var op = tape.Next<GeluOp>();
        (op._x, op._y) = (x, y);
        op._slope = tape.Room(x.Rows * x.Stride);
        tape.Kernels.Gelu(x.Rows * x.Stride, x.Data, y.Data, op._slope);
        return y;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Kernels.Times(_x.Rows * _x.Stride, _slope, _y.Grad, _x.Grad, tape.Claim(_x));
    }
}
