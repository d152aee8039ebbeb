using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>One question to the intervals of a host: attention, an inner layer, and the norm of what comes of it.</summary>
internal sealed record ReaderLayers(LinearLayer Query, LinearLayer Out, int InnerNorm, LinearLayer Up, LinearLayer Down, int Norm);

/// <summary>A fault model's products laid out for one path, and where its other parameters are.</summary>
internal sealed class MoeLayers
{
    private readonly List<LinearLayer> _all = [];

    public MoeLayers(MoeModel model, KernelTable kernels, bool trains)
    {
        (Model, Parameters) = (model, model.Parameters);

        LinearLayer Linear(string name, bool biased = true)
        {
            _all.Add(new LinearLayer(Parameters, Parameters.IndexOf($"{name}.weight"), biased ? Parameters.IndexOf($"{name}.bias") : -1, kernels, trains));
            return _all[^1];
        }

        ReaderLayers Reader(string name) => new(Linear($"{name}.query"), Linear($"{name}.out"), Parameters.IndexOf($"{name}.inner.norm.gain"), Linear($"{name}.up"), Linear($"{name}.down"), Parameters.IndexOf($"{name}.norm.gain"));

        (Token, ReadKeyValue, Stay, Leave) = (Linear("token"), Linear("read.keyvalue"), Reader("stay"), Reader("leave"));
        (TokenUp, TokenDown) = (Linear("token.up"), Linear("token.down"));
        (TokenNorm, ReadNorm, GraphNorm) = (Parameters.IndexOf("token.norm.gain"), Parameters.IndexOf("read.norm.gain"), Parameters.IndexOf("graph.norm.gain"));
        (EdgeState, EdgeValue) = (Linear("edge.state", biased: false), Linear("edge.value", biased: false));
        Edges = new EdgeParameters(Parameters.IndexOf("edge.offset"), Parameters.IndexOf("edge.slope"), Parameters.IndexOf("edge.gain"), Parameters.IndexOf("edge.message"), Parameters.IndexOf("edge.weight"));
        (Representations, Thresholds) = (Parameters.IndexOf(MoeParameters.Representations), Parameters.IndexOf(MoeParameters.Thresholds));
        (Up, Down) = (new LinearLayer[model.Shape.Experts], new LinearLayer[model.Shape.Experts]);
        for (var g = 0; g < model.Shape.Experts; g++)
            (Up[g], Down[g]) = (Linear($"expert{g}.up"), Linear($"expert{g}.down"));
        if (model.Shape.CrossAttention)
            (Query, KeyValue, Out) = (Linear("query"), Linear("keyvalue"), Linear("out"));
        if (trains && model.Shape.Forecasts > 0)
            Forecast = Linear("forecast");
        Norm = Parameters.IndexOf("norm.gain");
        (Detect, Class) = (Linear("detect"), Linear("class"));
        Prototypes = Parameters.IndexOf(MoeParameters.Prototypes);
    }

    public MoeModel Model { get; }

    public ParameterSet Parameters { get; }

    public LinearLayer Token { get; }

    public LinearLayer TokenUp { get; }

    public LinearLayer TokenDown { get; }

    public LinearLayer ReadKeyValue { get; }

    /// <summary>What a host will be.</summary>
    public ReaderLayers Stay { get; }

    /// <summary>What it was that left a host.</summary>
    public ReaderLayers Leave { get; }

    /// <summary>The gain; the bias is the next parameter. So it is with the other norms.</summary>
    public int TokenNorm { get; }

    public int ReadNorm { get; }

    public int GraphNorm { get; }

    public LinearLayer EdgeState { get; }

    public LinearLayer EdgeValue { get; }

    public EdgeParameters Edges { get; }

    public int Representations { get; }

    public int Thresholds { get; }

    public LinearLayer[] Up { get; }

    public LinearLayer[] Down { get; }

    /// <summary>Null without cross attention; so are the next two.</summary>
    public LinearLayer? Query { get; }

    public LinearLayer? KeyValue { get; }

    public LinearLayer? Out { get; }

    /// <summary>Null in serving and where nothing is foretold.</summary>
    public LinearLayer? Forecast { get; }

    public int Norm { get; }

    public LinearLayer Detect { get; }

    public LinearLayer Class { get; }

    public int Prototypes { get; }

    public void Pack()
    {
        foreach (var layer in _all)
            layer.Pack();
    }
}
