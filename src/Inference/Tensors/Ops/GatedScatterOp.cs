namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y[t] += p[t, e] x[i] for the token t = order[i] of expert e: the expert's output weighed by its own probability, not renormalised
/// (with one expert a token a renormalised weight would be 1 and the router would learn nothing).</summary>
internal sealed unsafe class GatedScatterOp : TapeOp
{
    private Tensor _x, _p, _y;
    private Routing _routing;

    public static void AddTo(Tape tape, in Tensor x, in Tensor p, in Routing routing, in Tensor y)
    {
        for (var e = 0; e < routing.Experts; e++)
        {
            for (var i = routing.Offsets[e]; i < routing.Offsets[e + 1]; i++)
                tape.Kernels.Scaled(x.Stride, p.Row(routing.Order[i])[e], x.Row(i), y.Row(routing.Order[i]), true);
        }
        var op = tape.Next<GatedScatterOp>();
        (op._x, op._p, op._y, op._routing) = (x, p, y, routing);
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Need(_p);
        var accumulate = tape.Claim(_x);
        for (var e = 0; e < _routing.Experts; e++)
        {
            for (var i = _routing.Offsets[e]; i < _routing.Offsets[e + 1]; i++)
            {
                var token = _routing.Order[i];
                _p.GradRow(token)[e] += tape.Kernels.Dot(_x.Stride, _x.Row(i), _y.GradRow(token));
                tape.Kernels.Scaled(_x.Stride, _p.Row(token)[e], _y.GradRow(token), _x.GradRow(i), accumulate);
            }
        }
    }
}
