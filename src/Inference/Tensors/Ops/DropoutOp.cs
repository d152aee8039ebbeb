namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y = x with a share of its numbers zeroed at random and the others enlarged so that the mean stays (Srivastava et al. 2014). In training only.</summary>
internal sealed unsafe class DropoutOp : TapeOp
{
    private Tensor _x, _y;
    private float* _factors;

    /// <param name="share">Zeroed, 0 inclusive to 1 exclusive.</param>
    public static Tensor Apply(Tape tape, in Tensor x, float share, SeededRandom random)
    {
        var y = tape.Make(x.Rows, x.Columns);
        var op = tape.Next<DropoutOp>();
        (op._x, op._y) = (x, y);
        var length = x.Rows * x.Stride;
        op._factors = tape.Room(length);
        var kept = 1 / (1 - share);
        // 16 bits a number are fine enough for a share and a quarter of the draws.
        var below = (uint)(share * 65536);
        for (var i = 0; i < length; i += 4)
        {
            var bits = random.NextBits();
            for (var j = 0; j < 4; j++, bits >>= 16)
                op._factors[i + j] = (bits & 0xFFFF) < below ? 0 : kept;
        }
        tape.Kernels.Times(length, op._factors, x.Data, y.Data, false);
        return y;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Kernels.Times(_x.Rows * _x.Stride, _factors, _y.Grad, _x.Grad, tape.Claim(_x));
    }
}
