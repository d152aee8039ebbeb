namespace Tocsin.Inference.Tensors.Ops;

/// <summary>weight * mean over the labelled rows of -log softmax(x)[label], each row weighed by its class (FT-MoE eq. 12 with the minus that it lacks; a mean,
/// so that it does not grow with the hosts).</summary>
internal sealed unsafe class ClassLossOp : TapeOp
{
    private Tensor _x;
    private float* _slope;

    /// <param name="labels">One a row; -1: not labelled, no loss and no gradient.</param>
    /// <param name="classWeights">One a column.</param>
    /// <returns>The loss before <paramref name="weight"/>.</returns>
    public static double Apply(Tape tape, in Tensor x, ReadOnlySpan<int> labels, ReadOnlySpan<float> classWeights, float weight)
    {
        var op = tape.Next<ClassLossOp>();
        op._x = x;
        op._slope = tape.Room(x.Rows * x.Stride);
        new Span<float>(op._slope, x.Rows * x.Stride).Clear();
        double total = 0, loss = 0;
        for (var r = 0; r < x.Rows; r++)
            total += labels[r] >= 0 ? classWeights[labels[r]] : 0;
        if (total == 0)
            return 0;
        for (var r = 0; r < x.Rows; r++)
        {
            if (labels[r] < 0)
                continue;
            var row = new ReadOnlySpan<float>(x.Row(r), x.Columns);
            var slope = op._slope + ((nint)r * x.Stride);
            float top = row[0], sum = 0;
            for (var j = 1; j < row.Length; j++)
                top = Math.Max(top, row[j]);
            for (var j = 0; j < row.Length; j++)
                sum += slope[j] = MathF.Exp(row[j] - top);
            var share = classWeights[labels[r]] / (float)total;
            loss += share * (top + Math.Log(sum) - row[labels[r]]);
            for (var j = 0; j < row.Length; j++)
                slope[j] = weight * share * ((slope[j] / sum) - (j == labels[r] ? 1 : 0));
        }
        return loss;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_x);
        tape.Kernels.Add(_x.Rows * _x.Stride, _slope, _x.Grad);
    }
}
