namespace Tocsin.Inference.Tensors.Ops;

/// <summary>weight * N sum(f_i P_i): f_i the share of the rows that went to expert i of N (no gradient), P_i the mean of p's column i
/// (Fedus, Zoph and Shazeer 2022, eq. 4). Least, at 1, where tokens are spread evenly.</summary>
internal sealed unsafe class LoadLossOp : TapeOp
{
    private Tensor _p;
    private Routing _routing;
    private float _weight;

    /// <returns>The loss, unweighed.</returns>
    public static double Apply(Tape tape, in Tensor p, in Routing routing, float weight)
    {
        var op = tape.Next<LoadLossOp>();
        (op._p, op._routing, op._weight) = (p, routing, weight);
        double loss = 0, rows = p.Rows;
        for (var e = 0; e < routing.Experts; e++)
        {
            double sum = 0;
            for (var r = 0; r < p.Rows; r++)
                sum += p.Row(r)[e];
            loss += routing.Experts * (routing.Tokens(e) / rows) * (sum / rows);
        }
        return loss;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_p);
        for (var e = 0; e < _routing.Experts; e++)
        {
            var slope = _weight * _routing.Experts * _routing.Tokens(e) / ((float)_p.Rows * _p.Rows);
            for (var r = 0; r < _p.Rows; r++)
                _p.GradRow(r)[e] += slope;
        }
    }
}
