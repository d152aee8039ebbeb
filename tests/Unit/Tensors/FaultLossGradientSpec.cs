using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Unit.Tensors;

/// <summary>The losses of the fault model against central differences of their own values.</summary>
public sealed unsafe class FaultLossGradientSpec
{
    private const float Weight = 0.7f;

    [Fact]
    public void Class_loss_counts_labelled_rows_by_the_weight_of_their_class() =>
        Verify(GradientCheck.Filled(("x", 5, 3)), tape => ClassLossOp.Apply(tape, GradientCheck.Input(tape, 0), [2, -1, 0, 1, 0], [1, 3, 0.5f], Weight));

    [Fact]
    public void Triplet_loss_draws_to_its_own_prototype_and_pushes_from_the_others() =>
        Verify(GradientCheck.Filled(("x", 5, 4), ("p", 3, 4)), tape => TripletLossOp.Apply(tape, GradientCheck.Input(tape, 0), 1, [2, -1, 0, 1, 0], [1, 3, 0.5f], Weight));

    [Fact]
    public void Triplet_loss_is_nothing_beyond_its_margin()
    {
        var parameters = GradientCheck.Filled(("x", 1, 2), ("p", 2, 2));
        ((float[])[0, 0]).CopyTo(parameters[0]);
        ((float[])[0.1f, 0, 1, 1]).CopyTo(parameters[1]);
        var (loss, _) = Run(parameters, tape => TripletLossOp.Apply(tape, GradientCheck.Input(tape, 0), 1, [0], [1, 1], Weight));
        Assert.Equal(0, loss);
        (loss, _) = Run(parameters, tape => TripletLossOp.Apply(tape, GradientCheck.Input(tape, 0), 1, [1], [1, 1], Weight));
        Assert.Equal(2 - 0.01 + 1, loss, 1e-5);
    }

    [Fact]
    public void Prototype_loss_is_the_likelihood_of_the_nearest()
    {
        Verify(GradientCheck.Filled(("x", 5, 4), ("p", 3, 4)), tape => PrototypeLossOp.Apply(tape, GradientCheck.Input(tape, 0), 1, [2, -1, 0, 1, 0], [1, 3, 0.5f], 2, Weight));
        var parameters = GradientCheck.Filled(("x", 1, 2), ("p", 2, 2));
        ((float[])[0, 0]).CopyTo(parameters[0]);
        ((float[])[0.5f, 0, 1, 0]).CopyTo(parameters[1]);
        var (loss, _) = Run(parameters, tape => PrototypeLossOp.Apply(tape, GradientCheck.Input(tape, 0), 1, [0], [1, 1], 4, Weight));
        Assert.Equal(Math.Log(1 + Math.Exp(-4 * 0.75)), loss, 1e-6);
    }

    [Fact]
    public void Importance_loss_is_the_squared_coefficient_of_variation()
    {
        var parameters = GradientCheck.Filled(("x", 4, 3));
        foreach (ref var x in parameters[0])
            x += 1.5f;
        Verify(parameters, tape => ImportanceLossOp.Apply(tape, GradientCheck.Input(tape, 0), Weight));
        parameters[0].Fill(0.4f);
        Assert.Equal(0, Run(parameters, tape => ImportanceLossOp.Apply(tape, GradientCheck.Input(tape, 0), Weight)).Loss, 1e-6);
    }

    private static void Verify(ParameterSet parameters, Func<Tape, double> loss)
    {
        var (_, gradients) = Run(parameters, loss);
        Assert.Contains(gradients, g => g != 0);
        for (var i = 0; i < parameters.Length; i++)
        {
            const float step = 0.005f;
            var was = parameters.Block[i];
            parameters.Block[i] = was + step;
            var above = Run(parameters, loss).Loss;
            parameters.Block[i] = was - step;
            var below = Run(parameters, loss).Loss;
            parameters.Block[i] = was;
            var quotient = Weight * (above - below) / (2 * step);
            Assert.True(Math.Abs(quotient - gradients[i]) < 2e-3 * (1 + Math.Abs(quotient)), $"number {i}: gradient {gradients[i]}, difference quotient {quotient}");
        }
    }

    private static (double Loss, float[] Gradients) Run(ParameterSet parameters, Func<Tape, double> loss)
    {
        var tape = new Tape(KernelTable.Of(SimdPaths.Chosen));
        var gradients = new AlignedBuffer(parameters.Length);
        tape.Begin(parameters, gradients.Pointer);
        var value = loss(tape);
        tape.Backward();
        return (value, gradients.Span.ToArray());
    }
}
