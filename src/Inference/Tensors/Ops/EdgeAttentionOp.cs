using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Inference.Tensors.Ops;

/// <summary>Indices of the edge parameters: <see cref="Offset"/>, <see cref="Slope"/>, <see cref="Gain"/> and <see cref="Message"/> have a row for each type of edge,
/// <see cref="Weight"/> is one row.</summary>
internal readonly record struct EdgeParameters(int Offset, int Slope, int Gain, int Message, int Weight);

/// <summary>Attention along edges (FT-MoE S1-S3 and eq. 1): the score of an edge is w . LeakyReLU(a_i + a_j + offset + amount slope), its share the softmax over the
/// edges of its target i, and y_i the sum of share * (gain t_j + amount message). offset + amount slope is W_e Linear_f(F) of S1 and S2, one linear map of the
/// amount for each type of edge. The gain is the weight of a type, one for each column; the message lets the target know how much came, which shares that sum
/// to 1 cannot tell.</summary>
internal sealed unsafe class EdgeAttentionOp : TapeOp
{
    private Tensor _a, _t, _y;
    private EdgeList _edges;
    private EdgeParameters _parameters;
    private float* _shares;

    public static Tensor Apply(Tape tape, in Tensor a, in Tensor t, in EdgeList edges, in EdgeParameters parameters)
    {
        var y = tape.Make(edges.Rows, t.Columns);
        var op = tape.Next<EdgeAttentionOp>();
        (op._a, op._t, op._y, op._edges, op._parameters) = (a, t, y, edges, parameters);
        op._shares = tape.Room(edges.Count);
        Forward(tape.Kernels, edges, a.Columns, a.Data, a.Stride, t.Data, t.Stride, tape.Parameter(parameters.Offset).Data, tape.Parameter(parameters.Slope).Data,
            tape.Parameter(parameters.Gain).Data, tape.Parameter(parameters.Message).Data, tape.Parameter(parameters.Weight).Data, op._shares, y.Data, y.Stride);
        return y;
    }

    /// <summary>The same for serving: nothing is recorded. Columns must be whole units.</summary>
    public static void Forward(KernelTable kernels, in EdgeList edges, int n, float* a, int lda, float* t, int ldt,
        float* offsets, float* slopes, float* gains, float* messages, float* weight, float* shares, float* y, int ldy)
    {
        for (var i = 0; i < edges.Rows; i++)
        {
            int first = edges.Starts[i], end = edges.Starts[i + 1];
            var top = float.NegativeInfinity;
            for (var e = first; e < end; e++)
            {
                var type = (nint)edges.Types[e] * n;
                shares[e] = kernels.EdgeScore(n, a + ((nint)i * lda), a + ((nint)edges.Sources[e] * lda), offsets + type, slopes + type, edges.Amounts[e], weight);
                top = Math.Max(top, shares[e]);
            }
            float sum = 0;
            for (var e = first; e < end; e++)
                sum += shares[e] = MathF.Exp(shares[e] - top);
            var to = y + ((nint)i * ldy);
            for (var e = first; e < end; e++)
            {
                var type = (nint)edges.Types[e] * n;
                shares[e] /= sum;
                kernels.EdgeCarry(n, shares[e], t + ((nint)edges.Sources[e] * ldt), gains + type, edges.Amounts[e], messages + type, to, e > first);
            }
        }
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Need(_a);
        tape.Need(_t);
        Tensor offset = tape.Parameter(_parameters.Offset), slope = tape.Parameter(_parameters.Slope);
        Tensor gain = tape.Parameter(_parameters.Gain), message = tape.Parameter(_parameters.Message), weight = tape.Parameter(_parameters.Weight);
        tape.Need(offset);
        tape.Need(slope);
        tape.Need(gain);
        tape.Need(message);
        tape.Need(weight);
        var n = _t.Columns;
        for (var i = 0; i < _edges.Rows; i++)
        {
            var dy = _y.GradRow(i);
            var along = tape.Kernels.Dot(n, dy, _y.Row(i));
            for (var e = _edges.Starts[i]; e < _edges.Starts[i + 1]; e++)
            {
                int j = _edges.Sources[e], type = _edges.Types[e];
                float share = _shares[e], amount = _edges.Amounts[e];
                var got = tape.Kernels.EdgeCarryBack(n, share, _t.Row(j), gain.Row(type), amount, message.Row(type), dy, _t.GradRow(j), gain.GradRow(type), message.GradRow(type));
                tape.Kernels.EdgeBack(n, _a.Row(i), _a.Row(j), offset.Row(type), slope.Row(type), amount, weight.Data, share * (got - along),
                    _a.GradRow(i), _a.GradRow(j), offset.GradRow(type), slope.GradRow(type), weight.Grad);
            }
        }
    }
}
