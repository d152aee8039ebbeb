namespace Tocsin.Inference.Tensors.Ops;

/// <summary>h' = (1 - z) n + z h with z, r = sigmoid(x + u), n = tanh(x + r u): a gated recurrent unit (Cho et al. 2014, in the form of cuDNN).
/// x and u are products made before, rows x 3 width in the order r, z, n.</summary>
internal sealed unsafe class GruOp : TapeOp
{
    private Tensor _x, _u, _h, _y;
    private float* _gates;

    public static Tensor Apply(Tape tape, in Tensor x, in Tensor u, in Tensor h)
    {
        var y = tape.Make(h.Rows, h.Columns);
        var op = tape.Next<GruOp>();
        (op._x, op._u, op._h, op._y) = (x, u, h, y);
        var n = h.Columns;
        op._gates = tape.Room(h.Rows * 3 * n);
        for (var i = 0; i < h.Rows; i++)
        {
            float* a = x.Row(i), b = u.Row(i), g = op._gates + ((nint)i * 3 * n);
            new Span<float>(y.Row(i), y.Stride).Clear();
            for (var j = 0; j < n; j++)
            {
                g[j] = SigmoidOp.Of(a[j] + b[j]);
                g[n + j] = SigmoidOp.Of(a[n + j] + b[n + j]);
                g[(2 * n) + j] = MathF.Tanh(a[(2 * n) + j] + (g[j] * b[(2 * n) + j]));
                y.Row(i)[j] = ((1 - g[n + j]) * g[(2 * n) + j]) + (g[n + j] * h.Row(i)[j]);
            }
        }
        return y;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Need(_x);
        tape.Need(_u);
        if (_h.Learns)
            tape.Need(_h);
        var n = _h.Columns;
        for (var i = 0; i < _h.Rows; i++)
        {
            float* g = _gates + ((nint)i * 3 * n), dx = _x.GradRow(i), du = _u.GradRow(i), b = _u.Row(i), dy = _y.GradRow(i);
            for (var j = 0; j < n; j++)
            {
                float r = g[j], z = g[n + j], c = g[(2 * n) + j];
                var dc = dy[j] * (1 - z) * (1 - (c * c));
                var dz = dy[j] * (_h.Row(i)[j] - c) * z * (1 - z);
                var dr = dc * b[(2 * n) + j] * r * (1 - r);
                dx[j] += dr;
                du[j] += dr;
                dx[n + j] += dz;
                du[n + j] += dz;
                dx[(2 * n) + j] += dc;
                du[(2 * n) + j] += dc * r;
                if (_h.Learns)
                    _h.GradRow(i)[j] += dy[j] * z;
            }
        }
    }
}
