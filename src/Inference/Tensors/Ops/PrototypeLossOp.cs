namespace Tocsin.Inference.Tensors.Ops;

/// <summary>weight * mean over the labelled rows of -log softmax(-sharpness d(x, p))[label], d the squared Euclidean distance and p the rows of a parameter: the likelihood of
/// what the prototypes are read as when they serve. The triplet loss alone stops at its margin.</summary>
internal sealed unsafe class PrototypeLossOp : TapeOp
{
    private Tensor _x;
    private int _prototypes;
    private float* _slopes;

    /// <param name="prototypes">A parameter of 2 rows or more, one a class.</param>
    /// <param name="labels">One a row; -1: no fault or not labelled, no loss and no gradient.</param>
    /// <param name="classWeights">One a class.</param>
    /// <returns>The loss before <paramref name="weight"/>.</returns>
    public static double Apply(Tape tape, in Tensor x, int prototypes, ReadOnlySpan<int> labels, ReadOnlySpan<float> classWeights, float sharpness, float weight)
    {
        var p = tape.Parameter(prototypes);
        var op = tape.Next<PrototypeLossOp>();
        (op._x, op._prototypes) = (x, prototypes);
        op._slopes = tape.Room(x.Rows * p.Rows);
        new Span<float>(op._slopes, x.Rows * p.Rows).Clear();
        double total = 0, loss = 0;
        for (var r = 0; r < x.Rows; r++)
            total += labels[r] >= 0 ? classWeights[labels[r]] : 0;
        for (var r = 0; r < x.Rows && total > 0; r++)
        {
            if (labels[r] < 0)
                continue;
            var slope = op._slopes + ((nint)r * p.Rows);
            float nearest = float.PositiveInfinity, sum = 0;
            for (var z = 0; z < p.Rows; z++)
                nearest = Math.Min(nearest, slope[z] = sharpness * TripletLossOp.Distance(x.Row(r), p.Row(z), x.Columns));
            var own = slope[labels[r]];
            for (var z = 0; z < p.Rows; z++)
                sum += slope[z] = MathF.Exp(nearest - slope[z]);
            var share = classWeights[labels[r]] / (float)total;
            loss += share * (own - nearest + Math.Log(sum));
            for (var z = 0; z < p.Rows; z++)
                slope[z] = 2 * weight * share * sharpness * ((z == labels[r] ? 1 : 0) - (slope[z] / sum));
        }
        return loss;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_x);
        var p = tape.Parameter(_prototypes);
        tape.Need(p);
        for (var r = 0; r < _x.Rows; r++)
        {
            for (var z = 0; z < p.Rows; z++)
            {
                var factor = _slopes[((nint)r * p.Rows) + z];
                if (factor == 0)
                    continue;
                for (var j = 0; j < _x.Columns; j++)
                {
                    var slope = factor * (_x.Row(r)[j] - p.Row(z)[j]);
                    _x.GradRow(r)[j] += slope;
                    p.GradRow(z)[j] -= slope;
                }
            }
        }
    }
}
