namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y = x W_g + b_g for the rows of group g: rows are sorted by group, group g is offsets[g]..offsets[g+1]-1.
/// A group without rows costs nothing and its parameters get no gradient.</summary>
internal sealed unsafe class GroupedLinearOp : TapeOp
{
    private Tensor _x, _y;
    private LinearLayer[] _layers = [];
    private int* _offsets;

    public static Tensor Apply(Tape tape, in Tensor x, LinearLayer[] layers, int* offsets)
    {
        var y = tape.Make(x.Rows, layers[0].Outputs);
        for (var g = 0; g < layers.Length; g++)
        {
            var rows = offsets[g + 1] - offsets[g];
            if (rows > 0)
                tape.Kernels.Multiply(rows, x.Row(offsets[g]), x.Stride, layers[g].Forward, y.Row(offsets[g]), y.Stride, false);
        }
        var op = tape.Next<GroupedLinearOp>();
        (op._x, op._y, op._layers) = (x, y, layers);
        op._offsets = offsets;
        return y;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        var accumulate = _x.Learns && tape.Claim(_x);
        for (var g = 0; g < _layers.Length; g++)
        {
            var rows = _offsets[g + 1] - _offsets[g];
            if (rows > 0)
                LinearOp.Backward(tape, _x, _y, _layers[g], _offsets[g], rows, accumulate);
        }
    }
}
