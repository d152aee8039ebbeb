namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y += x, element by element. An earlier operation must not need y's earlier value on the way back.</summary>
internal sealed unsafe class AddOp : TapeOp
{
    private Tensor _x, _y;

    public static void AddTo(Tape tape, in Tensor x, in Tensor y)
    {
        tape.Kernels.Add(x.Rows * x.Stride, x.Data, y.Data);
        var op = tape.Next<AddOp>();
        (op._x, op._y) = (x, y);
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Kernels.Scaled(_x.Rows * _x.Stride, 1, _y.Grad, _x.Grad, tape.Claim(_x));
    }
}
