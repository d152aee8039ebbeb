using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Unit.Tensors;

/// <summary>Losses bring their own gradient: they are the end of a tape.</summary>
public sealed unsafe class LossGradientSpec
{
    public static TheoryData<SimdPath> Paths => [.. SimdPaths.Available];

    [Theory, MemberData(nameof(Paths))]
    public void The_masked_loss_has_the_gradients_of_its_difference_quotients(SimdPath path)
    {
        const int rows = 3, columns = 5;
        var parameters = GradientCheck.Filled(("x", rows, columns));
        float[] target = new float[20], counts = new float[20], weights = [0.5f, 1, 2, 0.1f, 3], factors = [0.25f, 0, 2];
        var random = new SeededRandom(2);
        for (var i = 0; i < target.Length; i++)
            (target[i], counts[i]) = (random.NextFloat(-2, 2), random.NextFloat() < 0.6f ? 1 : 0);

        double Loss(Tape tape, AlignedBuffer gradients, bool backward)
        {
            tape.Begin(parameters, gradients.Pointer);
            var errors = tape.Room(rows);
            var room = tape.Room(rows);
            factors.CopyTo(new Span<float>(room, rows));
            fixed (float* t = target, c = counts, w = weights)
                MaskedLossOp.Apply(tape, GradientCheck.Input(tape, 0), OpGradientSpec.Indices(tape, 1, 3, 0), t, c, w, room, errors);
            if (backward)
                tape.Backward();
            return (errors[0] * (double)factors[0]) + (errors[1] * (double)factors[1]) + (errors[2] * (double)factors[2]);
        }

        Compare(path, parameters, Loss);
    }

    [Theory, MemberData(nameof(Paths))]
    public void The_load_loss_has_the_gradients_of_its_difference_quotients(SimdPath path)
    {
        var parameters = GradientCheck.Filled(("p", 4, 3));

        double Loss(Tape tape, AlignedBuffer gradients, bool backward)
        {
            tape.Begin(parameters, gradients.Pointer);
            var routing = new Routing(3, OpGradientSpec.Indices(tape, 1, 3, 0, 2), OpGradientSpec.Indices(tape, 0, 1, 4, 4));
            var loss = LoadLossOp.Apply(tape, GradientCheck.Input(tape, 0), routing, 0.7f);
            if (backward)
                tape.Backward();
            return 0.7 * loss;
        }

        Compare(path, parameters, Loss);
    }

    [Fact]
    public void The_load_loss_is_one_where_tokens_are_spread_evenly_and_n_where_one_expert_takes_all()
    {
        var parameters = new ParameterSet([new ParameterShape("even", 3, 3, false), new ParameterShape("one", 3, 3, false)]);
        parameters[0].Fill(1f / 3);
        for (var r = 0; r < 3; r++)
            parameters[1][3 * r] = 1;
        var tape = new Tape(KernelTable.Of(SimdPath.Portable));
        tape.Begin(parameters, new AlignedBuffer(parameters.Length).Pointer);
        var order = OpGradientSpec.Indices(tape, 0, 1, 2);
        var even = LoadLossOp.Apply(tape, GradientCheck.Input(tape, 0), new Routing(3, order, OpGradientSpec.Indices(tape, 0, 1, 2, 3)), 1);
        var one = LoadLossOp.Apply(tape, GradientCheck.Input(tape, 1), new Routing(3, order, OpGradientSpec.Indices(tape, 0, 3, 3, 3)), 1);
        Assert.Equal(1, even, 1e-6);
        Assert.Equal(3, one, 1e-6);
    }

    private static void Compare(SimdPath path, ParameterSet parameters, Func<Tape, AlignedBuffer, bool, double> loss)
    {
        var tape = new Tape(KernelTable.Of(path));
        var gradients = new AlignedBuffer(parameters.Length);
        loss(tape, gradients, true);
        var expected = gradients.Span.ToArray();
        Assert.Contains(expected, g => g != 0);
        for (var i = 0; i < parameters[0].Length; i++)
        {
            var was = parameters[0][i];
            parameters[0][i] = was + 0.01f;
            var above = loss(tape, gradients, false);
            parameters[0][i] = was - 0.01f;
            var below = loss(tape, gradients, false);
            parameters[0][i] = was;
            Assert.Equal((above - below) / 0.02, expected[i], 1e-3);
        }
    }
}
