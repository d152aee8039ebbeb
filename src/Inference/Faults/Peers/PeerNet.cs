using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Peers;

/// <summary>Parameters of a small network by name. Declare, build, then ask for layers.</summary>
internal sealed class PeerNet
{
    private readonly List<ParameterShape> _shapes = [];
    private readonly Dictionary<string, LinearLayer> _layers = [];
    private readonly List<string> _linear = [];
    private ParameterSet? _parameters;

    public ParameterSet Parameters => _parameters!;

    public LinearLayer this[string name] => _layers[name];

    public int Index(string name) => Parameters.IndexOf(name);

    public PeerNet Linear(string name, int inputs, int outputs)
    {
        _linear.Add(name);
        _shapes.Add(new($"{name}.weight", inputs, outputs, true));
        _shapes.Add(new($"{name}.bias", 1, outputs, false));
        return this;
    }

    public PeerNet Norm(string name, int width)
    {
        _shapes.Add(new($"{name}.gain", 1, width, false));
        _shapes.Add(new($"{name}.bias", 1, width, false));
        return this;
    }

    /// <summary>Attention along edges, as FT-MoE's encoder has it.</summary>
    public PeerNet Edges(int width)
    {
        _shapes.Add(new("state.weight", width, width, true));
        _shapes.Add(new("value.weight", width, width, true));
        foreach (var part in (string[])["offset", "slope", "edge.gain", "message"])
            _shapes.Add(new(part, MoeShape.EdgeTypes, width, false));
        _shapes.Add(new("along", 1, width, false));
        return this;
    }

    public EdgeParameters EdgeParameters => new(Index("offset"), Index("slope"), Index("edge.gain"), Index("message"), Index("along"));

    public LinearLayer EdgeState => _layers["state"];

    public LinearLayer EdgeValue => _layers["value"];

    /// <summary>Products: uniform with variance 2 / (inputs + outputs) (Glorot and Bengio 2010); gains 1; biases 0.</summary>
    public void Build(SeededRandom random, KernelTable kernels)
    {
        _parameters = new ParameterSet(_shapes);
        foreach (var shape in _shapes)
        {
            if (shape.Name.EndsWith(".gain", StringComparison.Ordinal))
                _parameters[shape.Name].Fill(1);
            var limit = shape.Decays ? MathF.Sqrt(6f / (shape.Rows + shape.Columns)) : shape.Name == "along" ? 0.3f : 0;
            if (limit == 0)
                continue;
            foreach (ref var value in _parameters[shape.Name])
                value = random.NextFloat(-limit, limit);
        }
        foreach (var name in _linear)
            _layers[name] = new LinearLayer(_parameters, Index($"{name}.weight"), Index($"{name}.bias"), kernels, trains: true);
        foreach (var name in (string[])["state", "value"])
        {
            if (_shapes.Any(s => s.Name == $"{name}.weight"))
                _layers[name] = new LinearLayer(_parameters, Index($"{name}.weight"), -1, kernels, trains: true);
        }
    }

    public void Pack()
    {
        foreach (var layer in _layers.Values)
            layer.Pack();
    }
}
