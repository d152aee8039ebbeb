namespace Tocsin.Inference.Tensors.Ops;

/// <summary>weight * mean over the labelled rows of max(0, d(x, p_y) - mean over the others of d(x, p_z) + margin), d the squared Euclidean distance and p the
/// rows of a parameter. FT-MoE eq. 14 adds the distances to the other prototypes, which draws them in; here they push.</summary>
internal sealed unsafe class TripletLossOp : TapeOp
{
    public const float Margin = 1;

    private Tensor _x;
    private int _prototypes;
    private float* _shares;
    private int* _labels;

    /// <param name="prototypes">A parameter of 2 rows or more, one a class.</param>
    /// <param name="labels">One a row; -1: no fault or not labelled, no loss and no gradient.</param>
    /// <param name="classWeights">One a class.</param>
    /// <returns>The loss before <paramref name="weight"/>.</returns>
    public static double Apply(Tape tape, in Tensor x, int prototypes, ReadOnlySpan<int> labels, ReadOnlySpan<float> classWeights, float weight)
    {
        var p = tape.Parameter(prototypes);
        var op = tape.Next<TripletLossOp>();
        (op._x, op._prototypes) = (x, prototypes);
        op._shares = tape.Room(x.Rows);
        op._labels = tape.Indices(x.Rows);
        new Span<float>(op._shares, x.Rows).Clear();
        double total = 0, loss = 0;
        for (var r = 0; r < x.Rows; r++)
        {
            op._labels[r] = labels[r];
            total += labels[r] >= 0 ? classWeights[labels[r]] : 0;
        }
        for (var r = 0; r < x.Rows && total > 0; r++)
        {
            if (labels[r] < 0)
                continue;
            float own = 0, others = 0;
            for (var z = 0; z < p.Rows; z++)
            {
                var d = Distance(x.Row(r), p.Row(z), x.Columns);
                (own, others) = z == labels[r] ? (d, others) : (own, others + d);
            }
            var gap = own - (others / (p.Rows - 1)) + Margin;
            if (gap <= 0)
                continue;
            var share = classWeights[labels[r]] / (float)total;
            loss += share * gap;
            op._shares[r] = weight * share;
        }
        return loss;
    }

    public static float Distance(float* x, float* y, int n)
    {
        float sum = 0;
        for (var j = 0; j < n; j++)
            sum += (x[j] - y[j]) * (x[j] - y[j]);
        return sum;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_x);
        var p = tape.Parameter(_prototypes);
        tape.Need(p);
        for (var r = 0; r < _x.Rows; r++)
        {
            if (_shares[r] == 0)
                continue;
            for (var z = 0; z < p.Rows; z++)
            {
                var factor = 2 * _shares[r] * (z == _labels[r] ? 1 : -1f / (p.Rows - 1));
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
