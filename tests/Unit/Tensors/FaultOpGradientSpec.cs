using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Unit.Tensors;

/// <summary>The operations of the fault model against central differences, on every path of the processor.</summary>
public sealed unsafe class FaultOpGradientSpec
{
    public static TheoryData<SimdPath> Paths => [.. SimdPaths.Available];

    [Theory, MemberData(nameof(Paths))]
    public void A_sum_passes_its_gradient_to_both_parts(SimdPath path) =>
        new GradientCheck(path, GradientCheck.Filled(("x", 3, 5), ("y", 3, 5)), tape =>
        {
            var y = GradientCheck.Input(tape, 1);
            AddOp.AddTo(tape, GradientCheck.Input(tape, 0), y);
            return y;
        }).Verify();

    [Theory, MemberData(nameof(Paths))]
    public void Sigmoid_has_the_gradients_of_its_difference_quotients(SimdPath path) =>
        new GradientCheck(path, GradientCheck.Filled(("x", 3, 7)), tape => SigmoidOp.Apply(tape, GradientCheck.Input(tape, 0))).Verify();

    [Theory, MemberData(nameof(Paths))]
    public void Cosines_have_the_gradients_of_their_difference_quotients(SimdPath path) =>
        new GradientCheck(path, GradientCheck.Filled(("x", 4, 19), ("w", 3, 19)), tape => CosineOp.Apply(tape, GradientCheck.Input(tape, 0), 1)).Verify();

    [Fact]
    public void A_row_of_zeros_has_no_direction_and_breaks_nothing()
    {
        var parameters = GradientCheck.Filled(("x", 2, 16), ("w", 2, 16));
        parameters[0][..16].Clear();
        var tape = new Tape(Inference.Tensors.Kernels.KernelTable.Of(SimdPath.Portable));
        var gradients = new AlignedBuffer(parameters.Length);
        tape.Begin(parameters, gradients.Pointer);
        var y = CosineOp.Apply(tape, GradientCheck.Input(tape, 0), 1);
        tape.Need(y);
        tape.Backward();
        Assert.Equal([0f, 0f], new ReadOnlySpan<float>(y.Row(0), 2).ToArray());
        Assert.All(gradients.Span.ToArray(), g => Assert.True(float.IsFinite(g)));
    }

    /// <summary>Rows 0 and 1 with edges between them of two types, row 2 with its loop alone, a row that hears the same one twice, and row 4, which is only heard. Everything before the
    /// kink of LeakyReLU is a multiple of a half and a quarter more, so that no difference quotient spans it.</summary>
    [Theory, MemberData(nameof(Paths))]
    public void Attention_along_edges_has_the_gradients_of_its_difference_quotients(SimdPath path)
    {
        var parameters = GradientCheck.Filled(("a", 5, 16), ("t", 5, 16), ("offset", 3, 16), ("slope", 3, 16), ("gain", 3, 16), ("message", 3, 16), ("weight", 1, 16));
        foreach (var (parameter, shift) in new[] { (0, 0f), (2, 0.25f), (3, 0f) })
        {
            foreach (ref var x in parameters[parameter])
                x = (MathF.Round(x * 2) / (parameter == 3 ? 1 : 2)) + shift;
        }
        new GradientCheck(path, parameters, tape =>
        {
            int[] starts = [0, 2, 4, 5, 8], sources = [0, 1, 1, 4, 2, 3, 0, 0], types = [0, 1, 0, 2, 0, 0, 1, 2];
            float[] amounts = [0, 1.5f, 0, 0.5f, 0, 0, 1, 2];
            var edges = new EdgeList(4, OpGradientSpec.Indices(tape, starts), OpGradientSpec.Indices(tape, sources), OpGradientSpec.Indices(tape, types), tape.Room(8));
            amounts.CopyTo(new Span<float>(edges.Amounts, 8));
            return EdgeAttentionOp.Apply(tape, GradientCheck.Input(tape, 0), GradientCheck.Input(tape, 1), edges, new EdgeParameters(2, 3, 4, 5, 6));
        }).Verify(6e-3f);
    }

    [Theory, MemberData(nameof(Paths))]
    public void Rows_picked_twice_or_never_have_the_gradients_of_their_difference_quotients(SimdPath path) =>
        new GradientCheck(path, GradientCheck.Filled(("x", 4, 5)), tape => PickOp.Apply(tape, GradientCheck.Input(tape, 0), OpGradientSpec.Indices(tape, 2, 0, 2), 3)).Verify();

    [Theory, MemberData(nameof(Paths))]
    public void A_stack_passes_its_gradient_to_both_parts(SimdPath path) =>
        new GradientCheck(path, GradientCheck.Filled(("a", 2, 5), ("b", 3, 5)), tape => StackOp.Apply(tape, GradientCheck.Input(tape, 0), GradientCheck.Input(tape, 1))).Verify();

    /// <summary>Two windows of three rows, of which the first is asked twice and the second once, in two heads.</summary>
    [Theory, MemberData(nameof(Paths))]
    public void Reading_a_window_has_the_gradients_of_its_difference_quotients(SimdPath path) =>
        new GradientCheck(path, GradientCheck.Filled(("q", 3, 6), ("kv", 6, 12)), tape =>
            WindowReadOp.Apply(tape, GradientCheck.Input(tape, 0), GradientCheck.Input(tape, 1), OpGradientSpec.Indices(tape, 0, 1, 0), 3, 2)).Verify();

    /// <summary>Groups of 3, 0 and 67 rows (two tiles of keys and of queries) in two heads.</summary>
    [Theory, MemberData(nameof(Paths))]
    public void Tiled_attention_has_the_gradients_of_its_difference_quotients(SimdPath path)
    {
        var parameters = GradientCheck.Filled(("q", 70, 4), ("kv", 70, 8));
        foreach (ref var x in parameters[0])
            x *= 2;
        new GradientCheck(path, parameters, tape =>
            StreamAttentionOp.Apply(tape, GradientCheck.Input(tape, 0), GradientCheck.Input(tape, 1), 3, OpGradientSpec.Indices(tape, 0, 3, 3, 70), 2)).Verify(4e-3f);
    }

    /// <summary>Two heads of three columns. Row 0 asks itself and row 1 twice, row 1 itself alone, row 2 rows that nobody stands behind.</summary>
    [Theory, MemberData(nameof(Paths))]
    public void Asking_along_edges_has_the_gradients_of_its_difference_quotients(SimdPath path) =>
        new GradientCheck(path, GradientCheck.Filled(("q", 3, 6), ("kv", 5, 12)), tape =>
        {
            int* starts = OpGradientSpec.Indices(tape, 0, 3, 4, 6), sources = OpGradientSpec.Indices(tape, 0, 1, 1, 1, 3, 4);
            return EdgeReadOp.Apply(tape, GradientCheck.Input(tape, 0), GradientCheck.Input(tape, 1), new EdgeList(3, starts, sources, null, null), 2);
        }).Verify(4e-3f);

    [Theory, MemberData(nameof(Paths))]
    public void A_mixture_has_the_gradients_of_its_difference_quotients(SimdPath path) =>
        new GradientCheck(path, GradientCheck.Filled(("e0", 3, 5), ("e1", 3, 5), ("w", 3, 2)), tape =>
            MixOp.Apply(tape, [GradientCheck.Input(tape, 0), GradientCheck.Input(tape, 1)], GradientCheck.Input(tape, 2))).Verify();

    [Theory, MemberData(nameof(Paths))]
    public void Dropout_keeps_the_mean_and_has_the_gradients_of_its_difference_quotients(SimdPath path)
    {
        new GradientCheck(path, GradientCheck.Filled(("x", 4, 7)), tape => DropoutOp.Apply(tape, GradientCheck.Input(tape, 0), 0.3f, new SeededRandom(3))).Verify();
        var tape = new Tape(Inference.Tensors.Kernels.KernelTable.Of(path));
        var parameters = GradientCheck.Filled(("x", 100, 100));
        parameters[0].Fill(1);
        var gradients = new AlignedBuffer(parameters.Length);
        tape.Begin(parameters, gradients.Pointer);
        var y = DropoutOp.Apply(tape, GradientCheck.Input(tape, 0), 0.3f, new SeededRandom(3));
        double sum = 0;
        for (var r = 0; r < y.Rows; r++)
        {
            for (var j = 0; j < y.Columns; j++)
                sum += y.Row(r)[j];
        }
        Assert.Equal(1, sum / 10_000, 0.03);
    }
}
