namespace Tocsin.Inference.Tensors.Ops;

/// <summary>Weights of the experts from similarities and thresholds: y_g = omega_g s^_g / sum(omega), s^ = sigmoid(similarity), omega after Top-any.
/// FT-MoE eq. 5 prints the similarity itself, which can be negative; s^ is meant.</summary>
/// <remarks>The step of eq. 3 has no gradient. Straight-through: on the way back omega_g counts as s^_g - sigmoid(threshold_g) plus a constant, for experts that
/// are awake and for those that are not, so thresholds and similarities learn which expert would have helped.</remarks>
internal sealed unsafe class ExpertGateOp : TapeOp
{
    private Tensor _s, _y;
    private float* _gates, _omega;
    private int _threshold;
    private bool _static;

    /// <param name="fixedCount">0: Top-any; otherwise as many experts for every input, thresholds unused.</param>
    public static Tensor Apply(Tape tape, in Tensor similarity, int threshold, int most, int fixedCount)
    {
        int rows = similarity.Rows, experts = similarity.Columns;
        var y = tape.Make(rows, experts);
        var op = tape.Next<ExpertGateOp>();
        (op._s, op._y, op._threshold, op._static) = (similarity, y, threshold, fixedCount > 0);
        op._gates = tape.Room(rows * experts);
        op._omega = tape.Room(rows * experts);
        new Span<float>(y.Data, rows * y.Stride).Clear();
        Span<bool> active = stackalloc bool[experts];
        var thresholds = new ReadOnlySpan<float>(tape.Parameter(threshold).Data, experts);
        for (var r = 0; r < rows; r++)
        {
            var s = new ReadOnlySpan<float>(similarity.Row(r), experts);
            if (fixedCount > 0)
                ExpertChoice.Top(s, Math.Min(fixedCount, experts), active);
            else
                ExpertChoice.TopAny(s, thresholds, most, active);
            float* gates = op._gates + ((nint)r * experts), omega = op._omega + ((nint)r * experts);
            float count = active.Count(true);
            for (var g = 0; g < experts; g++)
            {
                gates[g] = SigmoidOp.Of(s[g]);
                omega[g] = active[g] ? 1 : 0;
                y.Row(r)[g] = omega[g] * gates[g] / count;
            }
        }
        return y;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Need(_s);
        var threshold = tape.Parameter(_threshold);
        tape.Need(threshold);
        var experts = _y.Columns;
        for (var r = 0; r < _y.Rows; r++)
        {
            float* gates = _gates + ((nint)r * experts), omega = _omega + ((nint)r * experts), dy = _y.GradRow(r);
            float count = 0, along = 0;
            for (var g = 0; g < experts; g++)
            {
                count += omega[g];
                along += dy[g] * _y.Row(r)[g];
            }
            for (var g = 0; g < experts; g++)
            {
                var step = _static ? 0 : ((dy[g] * gates[g]) - along) / count;
                _s.GradRow(r)[g] += ((dy[g] * omega[g] / count) + step) * gates[g] * (1 - gates[g]);
                var bar = SigmoidOp.Of(threshold.Data[g]);
                threshold.Grad[g] -= step * bar * (1 - bar);
            }
        }
    }
}
