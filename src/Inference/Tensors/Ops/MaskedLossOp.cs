namespace Tocsin.Inference.Tensors.Ops;

/// <summary>Weighted squared error over the entries that count: row i of the prediction is held against row tokens[i] of the targets.
/// The slope is computed on the way forward.</summary>
internal sealed unsafe class MaskedLossOp : TapeOp
{
    private Tensor _x;
    private float* _slope;

    /// <param name="target">Dense rows of x.Columns floats; so are <paramref name="counts"/> (1 counts, 0 does not).</param>
    /// <param name="weights">One a column.</param>
    /// <param name="factors">One a row: what its error is multiplied with in the gradient.</param>
    /// <param name="errors">Out: one a row, the sum of counts * weights * (x - target)^2.</param>
    public static void Apply(Tape tape, in Tensor x, int* tokens, float* target, float* counts, float* weights, float* factors, float* errors)
    {
        var op = tape.Next<MaskedLossOp>();
        op._x = x;
        op._slope = tape.Room(x.Rows * x.Stride);
        for (var i = 0; i < x.Rows; i++)
        {
            var from = (nint)tokens[i] * x.Columns;
            errors[i] = tape.Kernels.LossRow(x.Columns, x.Stride, x.Row(i), target + from, counts + from, weights, factors[i], op._slope + ((nint)i * x.Stride));
        }
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_x);
        tape.Kernels.Add(_x.Rows * _x.Stride, _slope, _x.Grad);
    }
}
