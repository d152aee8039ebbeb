using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Inference.Models;

/// <summary>A model's products laid out for one path, and where its other parameters are.</summary>
internal sealed class ModelLayers
{
    private readonly List<LinearLayer> _all = [];

    public ModelLayers(ReconstructionModel model, KernelTable kernels, bool trains)
    {
        (Shape, Parameters) = (model.Shape, model.Parameters);

        LinearLayer Linear(string name, bool biased = true, bool backwards = true)
        {
            var bias = biased ? Parameters.IndexOf($"{name}.bias") : -1;
            _all.Add(new LinearLayer(Parameters, Parameters.IndexOf($"{name}.weight"), bias, kernels, trains && backwards));
            return _all[^1];
        }

        Input = Linear("input", backwards: false);
        (PositionGain, LogTime, Segment) = (Parameters.IndexOf("position.gain"), Parameters.IndexOf("logtime.weight"), Parameters.IndexOf("segment.weight"));
        Blocks = new Block[Shape.Layers];
        for (var l = 0; l < Shape.Layers; l++)
        {
            LinearLayer[] up = new LinearLayer[Shape.Experts], down = new LinearLayer[Shape.Experts];
            for (var e = 0; e < Shape.Experts; e++)
                (up[e], down[e]) = (Linear($"layer{l}.expert{e}.up"), Linear($"layer{l}.expert{e}.down"));
            Blocks[l] = new Block(Parameters.IndexOf($"layer{l}.norm1.gain"), Linear($"layer{l}.qkv"), Linear($"layer{l}.out"),
                Parameters.IndexOf($"layer{l}.norm2.gain"), Linear($"layer{l}.router", biased: false), up, down);
        }
        Norm = Parameters.IndexOf("norm.gain");
        Decoder = Linear("decoder");
    }

    public ModelShape Shape { get; }

    public ParameterSet Parameters { get; }

    public LinearLayer Input { get; }

    public int PositionGain { get; }

    public int LogTime { get; }

    public int Segment { get; }

    public Block[] Blocks { get; }

    /// <summary>The gain; the bias is the next parameter. So in <see cref="Block"/>.</summary>
    public int Norm { get; }

    public LinearLayer Decoder { get; }

    public IReadOnlyList<LinearLayer> All => _all;

    public sealed record Block(int Norm1, LinearLayer Qkv, LinearLayer Out, int Norm2, LinearLayer Router, LinearLayer[] Up, LinearLayer[] Down);
}
