using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Unit.Tensors;

/// <summary>Holds the gradients of an operation against central differences. The inputs of the operation are parameters, too, so that one loop
/// covers everything; the loss is a fixed random weighting of the outputs, summed in double.</summary>
internal sealed unsafe class GradientCheck
{
    private readonly Tape _tape;
    private readonly Func<Tape, Tensor> _build;
    private readonly AlignedBuffer _gradients;
    private readonly Action _prepare;

    public GradientCheck(SimdPath path, ParameterSet parameters, Func<Tape, Tensor> build, Action? prepare = null)
    {
        (Parameters, _build, _prepare) = (parameters, build, prepare ?? (() => { }));
        _tape = new Tape(KernelTable.Of(path));
        _gradients = new AlignedBuffer(parameters.Length);
    }

    public ParameterSet Parameters { get; }

    /// <summary>Values in -1..1 from a fixed seed.</summary>
    public static ParameterSet Filled(params (string Name, int Rows, int Columns)[] shapes)
    {
        var parameters = new ParameterSet([.. shapes.Select(s => new ParameterShape(s.Name, s.Rows, s.Columns, false))]);
        var random = new SeededRandom(5);
        for (var i = 0; i < shapes.Length; i++)
        {
            foreach (ref var value in parameters[i])
                value = random.NextFloat(-1, 1);
        }
        return parameters;
    }

    /// <summary>A parameter as an activation: padded, and with its gradient passed on to the parameter.</summary>
    public static Tensor Input(Tape tape, int parameter)
    {
        var from = tape.Parameter(parameter);
        var x = tape.Make(from.Rows, from.Columns);
        new Span<float>(x.Data, x.Rows * x.Stride).Clear();
        for (var r = 0; r < x.Rows; r++)
            new ReadOnlySpan<float>(from.Row(r), x.Columns).CopyTo(new Span<float>(x.Row(r), x.Columns));
        tape.Next<InputOp>().Set(parameter, x);
        return x;
    }

    /// <summary>Every element of every parameter, within <paramref name="tolerance"/> * (1 + size of the gradient): the loss has a rounding error of
    /// about 1e-6, the difference quotient over 2 * 0.01 one of about 1e-4, and its own error goes with 0.01^2 times the third derivative.</summary>
    public void Verify(float tolerance = 2e-3f)
    {
        Run(backward: true);
        var expected = _gradients.Span.ToArray();
        var checkedAny = false;
        for (var p = 0; p < Parameters.Shapes.Count; p++)
        {
            for (var i = 0; i < Parameters[p].Length; i++)
            {
                const float step = 0.01f;
                var was = Parameters[p][i];
                Parameters[p][i] = was + step;
                var above = Run(backward: false);
                Parameters[p][i] = was - step;
                var below = Run(backward: false);
                Parameters[p][i] = was;
                var quotient = (above - below) / ((double)(was + step) - (was - step));
                var gradient = expected[Parameters.OffsetOf(p) + i];
                checkedAny |= gradient != 0;
                Assert.True(Math.Abs(gradient - quotient) <= tolerance * (1 + Math.Abs(quotient)),
                    $"{Parameters.Shapes[p].Name}[{i}]: gradient {gradient}, difference quotient {quotient}");
            }
        }
        Assert.True(checkedAny, "all gradients are zero");
    }

    private double Run(bool backward)
    {
        _prepare();
        _tape.Begin(Parameters, _gradients.Pointer);
        var y = _build(_tape);
        var random = new SeededRandom(9);
        double loss = 0;
        if (backward)
            _tape.Need(y);
        for (var r = 0; r < y.Rows; r++)
        {
            for (var j = 0; j < y.Stride; j++)
            {
                if (j >= y.Columns)
                {
                    Assert.Equal(0f, y.Row(r)[j]);
                    continue;
                }
                var weight = random.NextFloat(-1, 1);
                loss += (double)weight * y.Row(r)[j];
                if (backward)
                    y.GradRow(r)[j] += weight;
            }
        }
        if (backward)
            _tape.Backward();
        return loss;
    }

    private sealed class InputOp : TapeOp
    {
        private int _parameter;
        private Tensor _x;

        public void Set(int parameter, in Tensor x) => (_parameter, _x) = (parameter, x);

        public override void Backward(Tape tape)
        {
            tape.Need(_x);
            var to = tape.Parameter(_parameter);
            tape.Need(to);
            for (var r = 0; r < _x.Rows; r++)
            {
                for (var j = 0; j < _x.Columns; j++)
                    to.GradRow(r)[j] += _x.GradRow(r)[j];
            }
        }
    }
}
