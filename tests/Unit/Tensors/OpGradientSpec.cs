using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Unit.Tensors;

public sealed unsafe class OpGradientSpec
{
    public static TheoryData<SimdPath> Paths => [.. SimdPaths.Available];

    [Theory, MemberData(nameof(Paths))]
    public void A_product_with_bias_has_the_gradients_of_its_difference_quotients(SimdPath path)
    {
        var parameters = GradientCheck.Filled(("x", 5, 7), ("w", 7, 18), ("b", 1, 18));
        var layer = new LinearLayer(parameters, 1, 2, KernelTable.Of(path), trains: true);
        new GradientCheck(path, parameters, tape => LinearOp.Apply(tape, GradientCheck.Input(tape, 0), layer), layer.Pack).Verify();
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_product_added_to_a_stream_passes_the_streams_gradient_on_to_both(SimdPath path)
    {
        var parameters = GradientCheck.Filled(("x", 5, 7), ("w", 7, 6), ("b", 1, 6), ("stream", 5, 6));
        var layer = new LinearLayer(parameters, 1, 2, KernelTable.Of(path), trains: true);
        new GradientCheck(path, parameters, tape =>
        {
            var stream = GradientCheck.Input(tape, 3);
            LinearOp.AddTo(tape, GradientCheck.Input(tape, 0), layer, stream);
            return stream;
        }, layer.Pack).Verify();
    }

    [Theory, MemberData(nameof(Paths))]
    public void Products_by_group_have_the_gradients_of_their_difference_quotients(SimdPath path)
    {
        var parameters = GradientCheck.Filled(("x", 7, 5), ("w0", 5, 4), ("b0", 1, 4), ("w1", 5, 4), ("b1", 1, 4), ("w2", 5, 4), ("b2", 1, 4));
        LinearLayer[] layers = [.. new[] { 1, 3, 5 }.Select(w => new LinearLayer(parameters, w, w + 1, KernelTable.Of(path), trains: true))];
        new GradientCheck(path, parameters, tape =>
        {
            var offsets = Indices(tape, 0, 2, 2, 7);
            return GroupedLinearOp.Apply(tape, GradientCheck.Input(tape, 0), layers, offsets);
        }, () => Array.ForEach(layers, l => l.Pack())).Verify();
    }

    [Theory, MemberData(nameof(Paths))]
    public void Layer_normalisation_has_the_gradients_of_its_difference_quotients(SimdPath path)
    {
        var parameters = GradientCheck.Filled(("x", 3, 19), ("gain", 1, 19), ("bias", 1, 19));
        new GradientCheck(path, parameters, tape => LayerNormOp.Apply(tape, GradientCheck.Input(tape, 0), 1, 2)).Verify();
    }

    [Theory, MemberData(nameof(Paths))]
    public void Gelu_has_the_gradients_of_its_difference_quotients(SimdPath path)
    {
        var parameters = GradientCheck.Filled(("x", 3, 21));
        foreach (ref var x in parameters[0])
            x *= 4;
        new GradientCheck(path, parameters, tape => GeluOp.Apply(tape, GradientCheck.Input(tape, 0))).Verify();
    }

    [Theory, MemberData(nameof(Paths))]
    public void Softmax_has_the_gradients_of_its_difference_quotients(SimdPath path) =>
        new GradientCheck(path, GradientCheck.Filled(("x", 4, 5)), tape => SoftmaxOp.Apply(tape, GradientCheck.Input(tape, 0))).Verify();

    /// <summary>Three windows, of 5, 0 and 1 tokens, in two heads of width 3.</summary>
    [Theory, MemberData(nameof(Paths))]
    public void Attention_has_the_gradients_of_its_difference_quotients(SimdPath path)
    {
        var parameters = GradientCheck.Filled(("qkv", 6, 18));
        foreach (ref var x in parameters[0])
            x *= 2;
        new GradientCheck(path, parameters, tape => AttentionOp.Apply(tape, GradientCheck.Input(tape, 0), 3, Indices(tape, 0, 5, 5, 6), 2)).Verify(4e-3f);
    }

    [Theory, MemberData(nameof(Paths))]
    public void Rows_in_another_order_take_their_gradients_back(SimdPath path) =>
        new GradientCheck(path, GradientCheck.Filled(("x", 4, 5)), tape =>
            GatherRowsOp.Apply(tape, GradientCheck.Input(tape, 0), Indices(tape, 2, 0, 3, 1))).Verify();

    [Theory, MemberData(nameof(Paths))]
    public void A_gate_learns_through_the_output_that_it_multiplies(SimdPath path)
    {
        var parameters = GradientCheck.Filled(("x", 4, 5), ("p", 4, 2), ("stream", 4, 5));
        new GradientCheck(path, parameters, tape =>
        {
            var stream = GradientCheck.Input(tape, 2);
            var routing = new Routing(2, Indices(tape, 1, 3, 0, 2), Indices(tape, 0, 2, 4));
            GatedScatterOp.AddTo(tape, GradientCheck.Input(tape, 0), GradientCheck.Input(tape, 1), routing, stream);
            return stream;
        }).Verify();
    }

    [Theory, MemberData(nameof(Paths))]
    public void Embeddings_gains_and_directions_have_the_gradients_of_their_difference_quotients(SimdPath path)
    {
        var parameters = GradientCheck.Filled(("x", 3, 5), ("table", 4, 5), ("gain", 1, 5), ("direction", 1, 5));
        new GradientCheck(path, parameters, tape =>
        {
            var x = GradientCheck.Input(tape, 0);
            var rows = tape.Constant(3, 5);
            var times = tape.Room(3);
            for (var r = 0; r < 3; r++)
            {
                times[r] = 0.5f + r;
                for (var j = 0; j < rows.Stride; j++)
                    rows.Row(r)[j] = j < 5 ? (0.3f * r) - (0.2f * j) : 0;
            }
            LookupOp.AddTo(tape, 1, Indices(tape, 2, 0, 2), x);
            GainOp.AddTo(tape, 2, rows, x);
            OuterOp.AddTo(tape, 3, times, x);
            return x;
        }).Verify();
    }

    internal static int* Indices(Tape tape, params ReadOnlySpan<int> values)
    {
        var indices = tape.Indices(values.Length);
        values.CopyTo(new Span<int>(indices, values.Length));
        return indices;
    }
}
