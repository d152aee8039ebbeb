namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y = 1 / (1 + e^-x).</summary>
internal sealed unsafe class SigmoidOp : TapeOp
{
    private Tensor _x, _y;

    public static float Of(float x) => 1 / (1 + MathF.Exp(-x));

    public static Tensor Apply(Tape tape, in Tensor x)
    {
        var y = tape.Make(x.Rows, x.Columns);
        new Span<float>(y.Data, y.Rows * y.Stride).Clear();
        for (var r = 0; r < x.Rows; r++)
        {
            for (var j = 0; j < x.Columns; j++)
                y.Row(r)[j] = Of(x.Row(r)[j]);
        }
        var op = tape.Next<SigmoidOp>();
        (op._x, op._y) = (x, y);
        return y;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Need(_x);
        for (var r = 0; r < _x.Rows; r++)
        {
            for (var j = 0; j < _x.Columns; j++)
            {
                var y = _y.Row(r)[j];
                _x.GradRow(r)[j] += _y.GradRow(r)[j] * y * (1 - y);
            }
        }
    }
}
