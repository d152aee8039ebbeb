using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;

namespace Tocsin.Unit.Faults;

/// <summary>The PyTorch model of fixtures/make_fault_model_fixture.py, with its hosts as ours.</summary>
internal sealed class FaultTorchFixture : TorchFile
{
    /// <param name="cross">Whom cross attention asks: everyone, neighbours or none.</param>
    public FaultTorchFixture(string cross = "everyone")
        : base("fault_model.json", cross)
    {
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
        Fill(Model.Parameters);
        Groups = [.. Root.GetProperty("groups").EnumerateArray().Select(v => v.GetInt32())];
    }

    public MoeShape Shape { get; }

    public MoeModel Model { get; }

    public int[] Groups { get; }

    public MoeLossWeights Weights => new() { OfState = Given("stateWeights"), OfFault = Given("faultWeights"), Likelihood = Root.GetProperty("likelihoodWeight").GetSingle(), Sharpness = Root.GetProperty("sharpness").GetSingle() };

    /// <summary>All groups, or one of them.</summary>
    public MoeBatch Batch(int? only = null)
    {
        var batch = new MoeBatch(Shape.Inputs);
        float[] inputs = Given("inputs");
        int[] labels = [.. Root.GetProperty("labels").EnumerateArray().Select(v => v.GetInt32())];
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

    private AgedEdge[] Edges(int group) =>
    [
        .. Root.GetProperty("edges").EnumerateArray().Select(e => (int[])[.. e.EnumerateArray().Select(v => v.GetInt32())])
            .Where(e => e[0] == group).Select(e => new AgedEdge(new HostEdge(e[1], e[2], (EdgeKind)e[3], e[4]), e[5])),
    ];
}
