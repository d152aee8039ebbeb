namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y[r, g] = cosine of the angle between row r of x and row g of a parameter (FT-MoE eq. 2). A row of zeros has the cosine 0 to everything.</summary>
internal sealed unsafe class CosineOp : TapeOp
{
    private const float Tiny = 1e-12f;

    private Tensor _x, _y;
    private float* _unitX, _unitW, _lengthX, _lengthW;
    private int _weight;

    public static Tensor Apply(Tape tape, in Tensor x, int weight)
    {
        var w = tape.Parameter(weight);
        var y = tape.Make(x.Rows, w.Rows);
        var op = tape.Next<CosineOp>();
        (op._x, op._y, op._weight) = (x, y, weight);
        op._unitX = tape.Room(x.Rows * x.Columns);
        op._lengthX = tape.Room(x.Rows);
        op._unitW = tape.Room(w.Rows * w.Columns);
        op._lengthW = tape.Room(w.Rows);
        Units(tape, x, op._unitX, op._lengthX);
        Units(tape, w, op._unitW, op._lengthW);
        new Span<float>(y.Data, y.Rows * y.Stride).Clear();
        for (var r = 0; r < x.Rows; r++)
        {
            for (var g = 0; g < w.Rows; g++)
                y.Row(r)[g] = tape.Kernels.Dot(x.Columns, op._unitX + ((nint)r * x.Columns), op._unitW + ((nint)g * x.Columns));
        }
        return y;
    }

    private static void Units(Tape tape, in Tensor x, float* units, float* lengths)
    {
        for (var r = 0; r < x.Rows; r++)
        {
            lengths[r] = MathF.Sqrt(tape.Kernels.Dot(x.Columns, x.Row(r), x.Row(r)));
            tape.Kernels.Scaled(x.Columns, 1 / Math.Max(lengths[r], Tiny), x.Row(r), units + ((nint)r * x.Columns), false);
        }
    }

    /// <summary>d cos / dx = (w/|w| - cos x/|x|) / |x|, and the same with the roles exchanged.</summary>
    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        tape.Need(_x);
        var w = tape.Parameter(_weight);
        tape.Need(w);
        var n = _x.Columns;
        for (var r = 0; r < _x.Rows; r++)
        {
            var unitX = _unitX + ((nint)r * n);
            var shareX = 1 / Math.Max(_lengthX[r], Tiny);
            for (var g = 0; g < w.Rows; g++)
            {
                float slope = _y.GradRow(r)[g], cosine = _y.Row(r)[g], shareW = 1 / Math.Max(_lengthW[g], Tiny);
                var unitW = _unitW + ((nint)g * n);
                tape.Kernels.Scaled(n, slope * shareX, unitW, _x.GradRow(r), true);
                tape.Kernels.Scaled(n, -slope * cosine * shareX, unitX, _x.GradRow(r), true);
                tape.Kernels.Scaled(n, slope * shareW, unitX, w.GradRow(g), true);
                tape.Kernels.Scaled(n, -slope * cosine * shareW, unitW, w.GradRow(g), true);
            }
        }
    }
}
