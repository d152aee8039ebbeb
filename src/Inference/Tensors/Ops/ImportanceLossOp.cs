namespace Tocsin.Inference.Tensors.Ops;

/// <summary>weight * squared coefficient of variation of the columns' sums (Shazeer et al. 2017, eq. 7), in place of FT-MoE eq. 15, which shrinks similarities and
/// balances nothing. 0 where all experts count alike.</summary>
internal sealed unsafe class ImportanceLossOp : TapeOp
{
    private Tensor _x;
    private float* _sums;
    private float _weight;

    /// <returns>The loss before <paramref name="weight"/>.</returns>
    public static double Apply(Tape tape, in Tensor x, float weight)
    {
        var op = tape.Next<ImportanceLossOp>();
        (op._x, op._weight) = (x, weight);
        op._sums = tape.Room(x.Columns);
        new Span<float>(op._sums, x.Columns).Clear();
        for (var r = 0; r < x.Rows; r++)
        {
            for (var g = 0; g < x.Columns; g++)
                op._sums[g] += x.Row(r)[g];
        }
        op.Moments(out var mean, out var square);
        return (square / (mean * mean)) - 1;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_x);
        Moments(out var mean, out var square);
        for (var g = 0; g < _x.Columns; g++)
        {
            var slope = (float)(_weight * 2 / (_x.Columns * mean * mean) * (_sums[g] - (square / mean)));
            for (var r = 0; r < _x.Rows; r++)
                _x.GradRow(r)[g] += slope;
        }
    }

    private void Moments(out double mean, out double square)
    {
        (mean, square) = (0, 0);
        for (var g = 0; g < _x.Columns; g++)
        {
            mean += _sums[g] / _x.Columns;
            square += (double)_sums[g] * _sums[g] / _x.Columns;
        }
        mean = Math.Max(mean, 1e-12);
    }
}
