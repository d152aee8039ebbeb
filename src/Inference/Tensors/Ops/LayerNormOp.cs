namespace Tocsin.Inference.Tensors.Ops;

/// <summary>Layer normalisation of each row. Keeps what the way back needs, so that x may be added to in place afterwards.</summary>
internal sealed unsafe class LayerNormOp : TapeOp
{
    private Tensor _x, _y;
    private float* _unit, _scale;
    private int _gain, _bias;

    public static Tensor Apply(Tape tape, in Tensor x, int gain, int bias)
    {
        var y = tape.Make(x.Rows, x.Columns);
        var op = tape.Next<LayerNormOp>();
        (op._x, op._y, op._gain, op._bias) = (x, y, gain, bias);
        op._unit = tape.Room(x.Rows * x.Stride);
        op._scale = tape.Room(x.Rows);
        tape.Kernels.Norm(x.Rows, x.Columns, x.Stride, x.Data, tape.Parameter(gain).Data, tape.Parameter(bias).Data, y.Data, op._unit, op._scale);
        return y;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        Tensor gain = tape.Parameter(_gain), bias = tape.Parameter(_bias);
        tape.Need(gain);
        tape.Need(bias);
        tape.Kernels.NormBack(_x.Rows, _x.Columns, _x.Stride, _unit, _scale, gain.Data, _y.Grad, _x.Grad, tape.Claim(_x), gain.Grad, bias.Grad);
    }
}
