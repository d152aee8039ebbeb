namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y = x W + b, or y += x W + b where y is there already: then y's gradient is the gradient of both of its parts,
/// and an earlier operation must not need y's earlier value on the way back.</summary>
internal sealed class LinearOp : TapeOp
{
    private Tensor _x, _y;
    private LinearLayer _layer = null!;

    public static Tensor Apply(Tape tape, in Tensor x, LinearLayer layer)
    {
        var y = tape.Make(x.Rows, layer.Outputs);
        Record(tape, x, layer, y, accumulate: false);
        return y;
    }

    public static void AddTo(Tape tape, in Tensor x, LinearLayer layer, in Tensor y) => Record(tape, x, layer, y, accumulate: true);

    private static unsafe void Record(Tape tape, in Tensor x, LinearLayer layer, in Tensor y, bool accumulate)
    {
        tape.Kernels.Multiply(x.Rows, x.Data, x.Stride, layer.Forward, y.Data, y.Stride, accumulate);
        var op = tape.Next<LinearOp>();
        (op._x, op._y, op._layer) = (x, y, layer);
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        Backward(tape, _x, _y, _layer, 0, _x.Rows, _x.Learns && tape.Claim(_x));
    }

    /// <summary>The way back through rows first..first+rows-1.</summary>
    public static unsafe void Backward(Tape tape, in Tensor x, in Tensor y, LinearLayer layer, int first, int rows, bool accumulate)
    {
        var kernels = tape.Kernels;
        var dy = y.GradRow(first);
        if (x.Learns)
            kernels.Multiply(rows, dy, y.Stride, layer.Back!, x.GradRow(first), x.Stride, accumulate);
        var weight = tape.Parameter(layer.Weight);
        kernels.MultiplyTransposed(layer.Inputs, layer.Outputs, rows, x.Row(first), x.Stride, dy, y.Stride, weight.Grad, weight.Stride, tape.Claim(weight));
        if (layer.Bias < 0)
            return;
        var bias = tape.Parameter(layer.Bias);
        kernels.ColumnSums(rows, layer.Outputs, dy, y.Stride, bias.Grad, tape.Claim(bias));
    }
}
