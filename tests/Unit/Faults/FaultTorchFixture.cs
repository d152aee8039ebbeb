using System.Text.Json;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;

namespace Tocsin.Unit.Faults;

/// <summary>The PyTorch model of fixtures/make_fault_model_fixture.py, with its hosts as ours.</summary>
internal sealed class FaultTorchFixture
{
    private readonly JsonElement _root, _results;

    /// <param name="cross">Whom cross attention asks: everyone, neighbours or none.</param>
    public FaultTorchFixture(string cross = "everyone")
    {
        using var stream = typeof(FaultTorchFixture).Assembly.GetManifestResourceStream("fault_model.json")!;
        _root = JsonDocument.Parse(stream).RootElement;
        _results = _root.GetProperty(cross);
        var s = _root.GetProperty("shape");
        int Size(string name) => s.GetProperty(name).GetInt32();
        Shape = new MoeShape(Size("inputs"), Size("faults"), Size("width"), Size("heads"), Size("experts"), Size("most"), Size("prototype"))
        {
            Steps = Size("steps"),
            ExpertHidden = Size("inner"),
            TokenHidden = Size("token"),
            ReadHidden = Size("read"),
            CrossAttention = cross != "none",
            CrossNeighbours = cross == "neighbours",
        };
        Model = MoeModel.Create(Shape, seed: 0);
        foreach (var shape in Model.Parameters.Shapes)
            Floats(_root.GetProperty("parameters").GetProperty(shape.Name)).CopyTo(Model.Parameters[shape.Name]);
        Groups = [.. _root.GetProperty("groups").EnumerateArray().Select(v => v.GetInt32())];
    }

    public MoeShape Shape { get; }

    public MoeModel Model { get; }

    public int[] Groups { get; }

    public MoeLossWeights Weights => new() { OfState = Floats(_root.GetProperty("stateWeights")), OfFault = Floats(_root.GetProperty("faultWeights")), Likelihood = _root.GetProperty("likelihoodWeight").GetSingle(), Sharpness = _root.GetProperty("sharpness").GetSingle() };

    /// <summary>All groups, or one of them.</summary>
    public MoeBatch Batch(int? only = null)
    {
        var batch = new MoeBatch(Shape.Inputs);
        float[] inputs = Floats(_root.GetProperty("inputs"));
        int[] labels = [.. _root.GetProperty("labels").EnumerateArray().Select(v => v.GetInt32())];
        var row = 0;
        for (var g = 0; g < Groups.Length; row += Groups[g++])
        {
            if (only is { } one && one != g)
                continue;
            var first = batch.Add(Groups[g], Edges(g));
            inputs.AsSpan(row * Shape.Inputs, Groups[g] * Shape.Inputs).CopyTo(batch.Inputs[(first * Shape.Inputs)..]);
            labels.AsSpan(row, Groups[g]).CopyTo(batch.Labels[first..]);
        }
        return batch;
    }

    public double Number(string name) => _results.GetProperty(name).GetDouble();

    public float[] Floats(string name) => Floats(_results.GetProperty(name));

    public float[] Gradient(string parameter) => Floats(_results.GetProperty("gradients").GetProperty(parameter));

    private AgedEdge[] Edges(int group) =>
    [
        .. _root.GetProperty("edges").EnumerateArray().Select(e => (int[])[.. e.EnumerateArray().Select(v => v.GetInt32())])
            .Where(e => e[0] == group).Select(e => new AgedEdge(new HostEdge(e[1], e[2], (EdgeKind)e[3], e[4]), e[5])),
    ];

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetSingle())];
}
