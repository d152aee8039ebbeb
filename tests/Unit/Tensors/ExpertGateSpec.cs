using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Unit.Tensors;

public sealed unsafe class ExpertGateSpec
{
    [Theory]
    [InlineData(new[] { 0.5f, -0.2f, 0.3f }, new[] { 0f, 0f, 0f }, 8, new[] { true, false, true }, 2)]
    [InlineData(new[] { 0.5f, 0.4f, 0.9f }, new[] { 0f, 0f, 0f }, 2, new[] { true, false, true }, 3)]
    [InlineData(new[] { -0.5f, -0.2f, -0.3f }, new[] { 0f, 0f, 0f }, 8, new[] { false, true, false }, 0)]
    [InlineData(new[] { 0.5f, 0.5f }, new[] { 0.6f, 0.6f }, 8, new[] { true, false }, 0)]
    [InlineData(new[] { 0.5f, 0.5f }, new[] { 0.5f, 0.4f }, 8, new[] { false, true }, 1)]
    public void Top_any_takes_those_above_their_threshold_the_best_of_too_many_and_one_of_none(float[] similarities, float[] thresholds, int most, bool[] expected, int wanted)
    {
        var active = new bool[similarities.Length];
        Assert.Equal(wanted, ExpertChoice.TopAny(similarities, thresholds, most, active));
        Assert.Equal(expected, active);
    }

    [Fact]
    public void Static_choice_takes_as_many_for_everyone()
    {
        var active = new bool[4];
        ExpertChoice.Top([-0.4f, 0.1f, -0.1f, -0.9f], 2, active);
        Assert.Equal([false, true, true, false], active);
    }

    /// <summary>Straight-through: omega counts as its value plus (s^ - threshold^) minus the same frozen; its difference quotients are the gradients.</summary>
    [Fact]
    public void Gate_has_the_gradients_of_its_straight_through_relaxation()
    {
        var parameters = GradientCheck.Filled(("s", 4, 3), ("e", 1, 3));
        ((float[])[-0.9f, -0.8f, -0.7f]).CopyTo(parameters[0]);
        var (y, gradients) = Forward(parameters);
        var (s0, e0) = (parameters[0].ToArray(), parameters[1].ToArray());
        var weights = new float[12];
        for (var i = 0; i < 12; i++)
            weights[i] = 1f / (i + 1);

        double Relaxed(float[] s, float[] e)
        {
            double total = 0;
            for (var r = 0; r < 4; r++)
            {
                double sum = 0, part = 0;
                for (var g = 0; g < 3; g++)
                {
                    var frozen = y[(r * 3) + g] > 0 ? 1.0 : 0.0;
                    var omega = frozen + Sigmoid(s[(r * 3) + g]) - Sigmoid(e[g]) - (Sigmoid(s0[(r * 3) + g]) - Sigmoid(e0[g]));
                    sum += omega;
                    part += weights[(r * 3) + g] * omega * Sigmoid(s[(r * 3) + g]);
                }
                total += part / sum;
            }
            return total;
        }

        for (var i = 0; i < 15; i++)
        {
            float[] up = i < 12 ? [.. s0] : [.. e0], down = [.. up];
            var at = i < 12 ? i : i - 12;
            up[at] += 1e-3f;
            down[at] -= 1e-3f;
            var quotient = (i < 12 ? Relaxed(up, e0) - Relaxed(down, e0) : Relaxed(s0, up) - Relaxed(s0, down)) / (up[at] - down[at]);
            var got = gradients[i < 12 ? i : parameters.OffsetOf(1) + at];
            Assert.True(Math.Abs(quotient - got) < 1e-4, $"number {i}: gradient {got}, difference quotient {quotient}");
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static (float[] Y, float[] Gradients) Forward(ParameterSet parameters)
    {
        var tape = new Tape(KernelTable.Of(SimdPaths.Chosen));
        var gradients = new AlignedBuffer(parameters.Length);
        tape.Begin(parameters, gradients.Pointer);
        var y = ExpertGateOp.Apply(tape, GradientCheck.Input(tape, 0), 1, 2, 0);
        tape.Need(y);
        var values = new float[12];
        for (var i = 0; i < 12; i++)
        {
            values[i] = y.Row(i / 3)[i % 3];
            y.GradRow(i / 3)[i % 3] = 1f / (i + 1);
        }
        tape.Backward();
        return (values, gradients.Span.ToArray());
    }
}
