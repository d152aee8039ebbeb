namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y[i] += gain * rows[i], element by element: fixed rows under a learned gain.</summary>
internal sealed unsafe class GainOp : TapeOp
{
    private Tensor _y, _rows;
    private int _gain;

    public static void AddTo(Tape tape, int gain, in Tensor rows, in Tensor y)
    {
        var factor = tape.Parameter(gain);
        for (var i = 0; i < y.Rows; i++)
            tape.Kernels.Times(y.Columns, factor.Data, rows.Row(i), y.Row(i), true);
        var op = tape.Next<GainOp>();
        (op._y, op._rows, op._gain) = (y, rows, gain);
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        var gain = tape.Parameter(_gain);
        tape.Need(gain);
        for (var i = 0; i < _y.Rows; i++)
            tape.Kernels.Times(_y.Columns, _rows.Row(i), _y.GradRow(i), gain.Grad, true);
    }
}
