namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y[i] += x[i] * direction: a number a row along a learned direction.</summary>
internal sealed unsafe class OuterOp : TapeOp
{
    private Tensor _y;
    private float* _x;
    private int _direction;

    public static void AddTo(Tape tape, int direction, float* x, in Tensor y)
    {
        var along = tape.Parameter(direction);
        for (var i = 0; i < y.Rows; i++)
            tape.Kernels.Scaled(y.Columns, x[i], along.Data, y.Row(i), true);
        var op = tape.Next<OuterOp>();
        (op._y, op._direction) = (y, direction);
        op._x = x;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        var along = tape.Parameter(_direction);
        tape.Need(along);
        for (var i = 0; i < _y.Rows; i++)
            tape.Kernels.Scaled(_y.Columns, _x[i], _y.GradRow(i), along.Grad, true);
    }
}
