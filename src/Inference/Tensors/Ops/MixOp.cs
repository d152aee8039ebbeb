namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y[r] = sum over g of weights[r, g] * parts[g][r]. All parts are computed, so that a weight of 0 learns, too.</summary>
internal sealed unsafe class MixOp : TapeOp
{
    private Tensor _weights, _y;
    private Tensor[] _parts = [];

    /// <param name="parts">Kept until the next step.</param>
    public static Tensor Apply(Tape tape, Tensor[] parts, in Tensor weights)
    {
        var y = tape.Make(weights.Rows, parts[0].Columns);
        new Span<float>(y.Data, y.Rows * y.Stride).Clear();
        for (var g = 0; g < parts.Length; g++)
        {
            for (var r = 0; r < y.Rows; r++)
            {
                if (weights.Row(r)[g] != 0)
                    tape.Kernels.Scaled(y.Stride, weights.Row(r)[g], parts[g].Row(r), y.Row(r), true);
            }
        }
        var op = tape.Next<MixOp>();
        (op._weights, op._y, op._parts) = (weights, y, parts);
        return y;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Need(_weights);
        for (var g = 0; g < _parts.Length; g++)
        {
            var accumulate = tape.Claim(_parts[g]);
            for (var r = 0; r < _y.Rows; r++)
            {
                _weights.GradRow(r)[g] += tape.Kernels.Dot(_y.Stride, _y.GradRow(r), _parts[g].Row(r));
                tape.Kernels.Scaled(_y.Stride, _weights.Row(r)[g], _y.GradRow(r), _parts[g].GradRow(r), accumulate);
            }
        }
    }
}
