using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Inference.Models;

/// <summary>A model's weights laid out for scoring on one path. Read by any number of sessions at once; made anew when the model changes.</summary>
public sealed unsafe class PackedModel
{
    /// <param name="path">Null: the process's choice.</param>
    public PackedModel(ReconstructionModel model, SimdPath? path = null)
    {
        Model = model;
        Kernels = KernelTable.Of(path ?? SimdPaths.Chosen);
        Layers = new ModelLayers(model, Kernels, trains: false);
        foreach (var layer in Layers.All)
            layer.Pack();
        var qkv = Layers.Blocks[^1].Qkv;
        var width = model.Shape.Width;
        float* weights = model.Parameters.At(qkv.Weight), biases = model.Parameters.At(qkv.Bias);
        LastQuery = Kernels.Pack(width, width);
        LastQuery.Fill(weights, 3 * width, biases);
        LastKeysAndValues = Kernels.Pack(width, 2 * width);
        LastKeysAndValues.Fill(weights + width, 3 * width, biases + width);
    }

    public ReconstructionModel Model { get; }

    public SimdPath Path => Kernels.Path;

    internal KernelTable Kernels { get; }

    internal ModelLayers Layers { get; }

    /// <summary>The last layer's query apart from its keys and values: where only the newest frame is wanted, one query is enough.</summary>
    internal PackedMatrix LastQuery { get; }

    internal PackedMatrix LastKeysAndValues { get; }
}
