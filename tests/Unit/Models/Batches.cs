using Tocsin.Inference.Models;
using Tocsin.Inference.Tensors;

namespace Tocsin.Unit.Models;

/// <summary>Windows of waves and noise, some of them short, a third of the entries hidden.</summary>
internal static class Batches
{
    public static TrainingBatch Waves(ModelShape shape, int windows, int frames, ulong seed)
    {
        var batch = new TrainingBatch(windows, frames, shape.Metrics);
        var random = new SeededRandom(seed);
        for (var w = 0; w < windows; w++)
        {
            batch.Windows.SegmentId[w] = random.NextInt(shape.SegmentIds);
            var missing = w % 3 == 2 ? random.NextInt(frames - 1) : 0;
            var start = random.NextInt(500);
            for (var t = 0; t < frames; t++)
            {
                var row = (w * frames) + t;
                batch.Windows.Valid[row] = t >= missing;
                batch.Windows.Position[row] = start + t;
                batch.Windows.LogTime[row] = MathF.Log(1 + (15f * (start + t)));
                for (var m = 0; m < shape.Metrics; m++)
                {
                    var at = (row * shape.Metrics) + m;
                    var hidden = random.NextFloat() < 0.33f;
                    batch.Target[at] = MathF.Sin((0.2f * (start + t) * (1 + (m % 4))) + m) + random.NextFloat(-0.2f, 0.2f);
                    batch.Windows.Mask[at] = batch.LossMask[at] = hidden ? 1 : 0;
                    batch.Windows.Values[at] = hidden ? 0 : batch.Target[at];
                }
            }
        }
        for (var m = 0; m < shape.Metrics; m++)
            batch.MetricWeight[m] = 0.5f + (m % 3);
        return batch;
    }

    public static float[] Reconstruct(ReconstructionModel model, WindowBatch batch, int window, SimdPath? path = null)
    {
        var output = new float[batch.Frames * batch.Metrics];
        new InferenceSession(new PackedModel(model, path), batch.Frames).Reconstruct(batch, window, output);
        return output;
    }
}
