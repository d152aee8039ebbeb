namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y[i] = x[order[i]], where the order is a permutation of the rows.</summary>
internal sealed unsafe class GatherRowsOp : TapeOp
{
    private Tensor _x, _y;
    private int* _order;

    public static Tensor Apply(Tape tape, in Tensor x, int* order)
    {
        var y = tape.Make(x.Rows, x.Columns);
        for (var i = 0; i < x.Rows; i++)
            new ReadOnlySpan<float>(x.Row(order[i]), x.Stride).CopyTo(new Span<float>(y.Row(i), y.Stride));
        var op = tape.Next<GatherRowsOp>();
        (op._x, op._y) = (x, y);
        op._order = order;
        return y;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        var accumulate = tape.Claim(_x);
        for (var i = 0; i < _x.Rows; i++)
            tape.Kernels.Scaled(_x.Stride, 1, _y.GradRow(i), _x.GradRow(_order[i]), accumulate);
    }
}
