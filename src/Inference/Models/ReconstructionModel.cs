using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Models;

/// <summary>Reconstructs hidden values of a window of frames: a pre-norm Transformer encoder over time whose feed-forward layers are sparse
/// mixtures of experts (one expert a token, its output multiplied by its probability).
/// A token is one frame: its values (0 where hidden) and the mask, projected; plus the encoding of its true position in the segment, log(1 + seconds
/// since the segment's start) along a learned direction, and the segment's embedding (0 = unknown).</summary>
public sealed class ReconstructionModel
{
    private ReconstructionModel(ModelShape shape)
    {
        shape.Check();
        Shape = shape;
        Parameters = ModelParameters.Create(shape);
    }

    public ModelShape Shape { get; }

    /// <summary>The whole model: two models of one shape with equal blocks are the same model.</summary>
    public ParameterSet Parameters { get; }

    public static ReconstructionModel Create(ModelShape shape, ulong seed)
    {
        var model = new ReconstructionModel(shape);
        ModelParameters.Fill(model.Parameters, shape, seed);
        return model;
    }

    /// <param name="block">As <see cref="ParameterSet.Block"/> of a model of this shape.</param>
    /// <exception cref="ArgumentException">The block has another length.</exception>
    public static ReconstructionModel From(ModelShape shape, ReadOnlySpan<float> block)
    {
        var model = new ReconstructionModel(shape);
        if (block.Length != model.Parameters.Length)
            throw new ArgumentException($"{block.Length} numbers for a model of {model.Parameters.Length}", nameof(block));
        block.CopyTo(model.Parameters.Block);
        return model;
    }

    public ReconstructionModel Clone() => From(Shape, Parameters.Block);

    /// <summary>The same model with room for more segments; each of those begins as "unknown". What was known is reconstructed as before, to the bit.</summary>
    /// <param name="ids">With "unknown"; not fewer than there are.</param>
    public ReconstructionModel Widened(int ids)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ids, Shape.SegmentIds);
        var wide = new ReconstructionModel(Shape with { SegmentIds = ids });
        for (var i = 0; i < Parameters.Shapes.Count; i++)
            Parameters[i].CopyTo(wide.Parameters[i]);
        var table = wide.Parameters["segment.weight"];
        for (var id = Shape.SegmentIds; id < ids; id++)
            table[..Shape.Width].CopyTo(table[(id * Shape.Width)..]);
        return wide;
    }
}
