using Tocsin.Inference.Models;

namespace Tocsin.Unit.Models;

/// <summary>The PyTorch model of fixtures/make_model_fixture.py, with its windows as ours.</summary>
internal sealed class TorchFixture : TorchFile
{
    public TorchFixture()
        : base("model.json")
    {
        LoadWeight = Root.GetProperty("shape").GetProperty("loadWeight").GetSingle();
        Model = ReconstructionModel.Create(
            new ModelShape(Size("metrics"), Size("width"), Size("heads"), Size("layers"), Size("experts"), Size("hidden"), Size("segments")), seed: 0);
        Fill(Model.Parameters);
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

    public double Loss => Number("loss");

    public double LoadLoss => Number("loadLoss");
}
