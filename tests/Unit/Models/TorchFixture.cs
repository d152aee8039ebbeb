using System.Text.Json;
using Tocsin.Inference.Models;

namespace Tocsin.Unit.Models;

/// <summary>The PyTorch model of fixtures/make_model_fixture.py, with its windows as ours.</summary>
internal sealed class TorchFixture
{
    private readonly JsonElement _root;

    public TorchFixture()
    {
        using var stream = typeof(TorchFixture).Assembly.GetManifestResourceStream("model.json")!;
        _root = JsonDocument.Parse(stream).RootElement;
        var s = _root.GetProperty("shape");
        int Size(string name) => s.GetProperty(name).GetInt32();
        LoadWeight = s.GetProperty("loadWeight").GetSingle();
        Model = ReconstructionModel.Create(
            new ModelShape(Size("metrics"), Size("width"), Size("heads"), Size("layers"), Size("experts"), Size("hidden"), Size("segments")), seed: 0);
        foreach (var shape in Model.Parameters.Shapes)
            Floats(_root.GetProperty("parameters").GetProperty(shape.Name)).CopyTo(Model.Parameters[shape.Name]);
        Batch = new TrainingBatch(Size("windows"), Size("frames"), Size("metrics"));
        Floats("values").CopyTo(Batch.Windows.Values, 0);
        Floats("mask").CopyTo(Batch.Windows.Mask, 0);
        Floats("target").CopyTo(Batch.Target, 0);
        Floats("lossMask").CopyTo(Batch.LossMask, 0);
        Floats("metricWeight").CopyTo(Batch.MetricWeight, 0);
        Floats("windowWeight").CopyTo(Batch.WindowWeight, 0);
        Floats("logTime").CopyTo(Batch.Windows.LogTime, 0);
        Array.ConvertAll(Floats("valid"), v => v > 0).CopyTo(Batch.Windows.Valid, 0);
        Array.ConvertAll(Floats("position"), v => (int)v).CopyTo(Batch.Windows.Position, 0);
        Array.ConvertAll(Floats("segment"), v => (int)v).CopyTo(Batch.Windows.SegmentId, 0);
    }

    public ReconstructionModel Model { get; }

    public TrainingBatch Batch { get; }

    public float LoadWeight { get; }

    public double Loss => _root.GetProperty("loss").GetDouble();

    public double LoadLoss => _root.GetProperty("loadLoss").GetDouble();

    public float[] Floats(string name) => Floats(_root.GetProperty(name));

    public float[] Gradient(string parameter) => Floats(_root.GetProperty("gradients").GetProperty(parameter));

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetSingle())];
}
