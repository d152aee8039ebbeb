using Tocsin.Inference.Models;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Training;

/// <param name="PatternId">What the model is told about the segment: 0 = unknown.</param>
public sealed record TrainingSegment(PreparedSegment Segment, int PatternId);

/// <param name="Epoch">From 1.</param>
/// <param name="HeldOut">WMSE on held-out segments' hidden entries; NaN without any.</param>
public sealed record EpochReport(int Epoch, int Epochs, double Loss, double HeldOut);

/// <param name="Epochs">Passes until the model that was kept.</param>
/// <param name="ExpertShares">Of the tokens of the last pass, per layer and expert.</param>
public sealed record TrainedModel(ReconstructionModel Model, int Epochs, double Loss, double HeldOut, double[] ExpertShares);

/// <summary>Trains one model on hidden entries of windows. Reads no label; the same seed gives the same weights on any number of threads.</summary>
public sealed class ModelTrainer(TrainerOptions options, HidingPlan hiding, float[] metricWeights)
{
    private const int WarmUpSteps = 50;

    private readonly float[] _baseline = new float[metricWeights.Length];

    /// <param name="start">Copied and tuned on; null = from the seed.</param>
    /// <param name="heldOut">Whole segments that are not trained on; the best epoch on them is kept. Empty: the last epoch is.</param>
    public TrainedModel Train(
        IReadOnlyList<TrainingSegment> segments, IReadOnlyList<TrainingSegment> heldOut, int patternIds, ReconstructionModel? start, Action<EpochReport>? progress)
    {
        var metrics = metricWeights.Length;
        var shape = ModelShape.For(metrics, options.Width, options.Heads, options.Layers, options.Experts, options.Hidden, patternIds);
        var model = start?.Clone() ?? ReconstructionModel.Create(shape, options.Seed);
        var random = new SeededRandom(options.Seed * 7919 + 17);
        var batch = NewBatch(metrics);
        using var session = new TrainingSession(model, new TrainingOptions(options.Threads, 4, options.LoadWeight)
        {
            Optimizer = new AdamWOptions(options.Rate, WarmUp: WarmUpSteps),
        });
        var ends = new List<(int Segment, int Frame)>();
        var trim = new LossTrim(segments.Select(s => s.Segment.Frames), options.TrimmedShare);
        float[]? best = null;
        var (bestLoss, bestEpoch, loss) = (double.PositiveInfinity, 0, double.NaN);
        var shares = new double[model.Shape.Layers * model.Shape.Experts];
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            WindowOrder.Draw(segments, options.Stride, random, ends);
            Array.Clear(shares);
            double sum = 0;
            long tokens = 0;
            var steps = 0;
            var factor = Cosine(epoch - 1, options.Epochs);
            for (var at = 0; at < ends.Count; at += options.Batch, steps++)
            {
                Fill(batch, segments, ends, at, Math.Min(options.Batch, ends.Count - at), random, trim, train: true);
                var report = session.Gradient(batch);
                session.Update(factor);
                sum += report.Loss;
                tokens += report.Tokens;
                for (var i = 0; i < shares.Length; i++)
                    shares[i] += report.ExpertTokens[i];
                for (var w = 0; w < batch.Windows.Count; w++)
                    trim.Saw(ends[at + w].Segment, ends[at + w].Frame, report.WindowLoss[w]);
            }
            trim.EndPass();
            loss = sum / Math.Max(1, steps);
            for (var i = 0; i < shares.Length; i++)
                shares[i] /= Math.Max(1, tokens);
            var held = heldOut.Count == 0 ? double.NaN : Evaluate(session, batch, heldOut);
            progress?.Invoke(new EpochReport(epoch, options.Epochs, loss, held));
            if (heldOut.Count == 0)
                continue;
            if (held < bestLoss)
            {
                (bestLoss, bestEpoch) = (held, epoch);
                best = model.Parameters.Block.ToArray();
            }
            else if (epoch - bestEpoch >= options.Patience)
            {
                break;
            }
        }
        if (best is not null)
            best.CopyTo(model.Parameters.Block);
        return new TrainedModel(model, best is null ? options.Epochs : bestEpoch, loss, best is null ? double.NaN : bestLoss, shares);
    }

    /// <summary>WMSE over the hidden entries of held-out segments, under masks that are the same at every call.</summary>
    public double Evaluate(TrainingSession session, TrainingBatch batch, IReadOnlyList<TrainingSegment> segments)
    {
        var random = new SeededRandom(4242);
        var ends = new List<(int, int)>();
        for (var s = 0; s < segments.Count; s++)
        {
            for (var frame = segments[s].Segment.Frames - 1; frame > 0; frame -= Math.Max(1, options.Window / 2))
                ends.Add((s, frame));
        }
        double sum = 0;
        long windows = 0;
        for (var at = 0; at < ends.Count; at += options.Batch)
        {
            var count = Math.Min(options.Batch, ends.Count - at);
            Fill(batch, segments, ends, at, count, random, null, train: false);
            var report = session.Evaluate(batch);
            // Bounded, since held-out segments hold unlabelled faults, too.
            foreach (var value in report.WindowLoss)
                sum += Math.Min(value, 4);
            windows += count;
        }
        return sum / Math.Max(1, windows);
    }

    private TrainingBatch NewBatch(int metrics)
    {
        var batch = new TrainingBatch(options.Batch, options.Window, metrics);
        metricWeights.CopyTo(batch.MetricWeight, 0);
        return batch;
    }

    private void Fill(
        TrainingBatch batch, IReadOnlyList<TrainingSegment> segments, List<(int Segment, int Frame)> ends, int at, int count, SeededRandom random, LossTrim? trim, bool train)
    {
        var windows = batch.Windows;
        windows.Count = count;
        var (frames, metrics) = (windows.Frames, windows.Metrics);
        var size = frames * metrics;
        for (var w = 0; w < count; w++)
        {
            var (s, newest) = ends[at + w];
            var (segment, id) = (segments[s].Segment, segments[s].PatternId);
            var target = batch.Target.AsSpan(w * size, size);
            var mask = windows.Mask.AsSpan(w * size, size);
            WindowGather.Fill(
                segment, newest, frames, target, mask, windows.Valid.AsSpan(w * frames, frames),
                windows.Position.AsSpan(w * frames, frames), windows.LogTime.AsSpan(w * frames, frames));
            target.CopyTo(windows.Values.AsSpan(w * size, size));
            // What is missing is hidden but has no target; what is drawn is hidden and counts.
            var counts = batch.LossMask.AsSpan(w * size, size);
            hiding.Draw(random, counts, frames);
            for (var i = 0; i < size; i++)
            {
                if (mask[i] != 0)
                    counts[i] = 0;
                else
                    mask[i] = counts[i];
            }
            WindowBaseline.Of(windows.Values.AsSpan(w * size, size), mask, windows.Valid.AsSpan(w * frames, frames), _baseline);
            WindowBaseline.Subtract(target, _baseline);
            windows.SegmentId[w] = train && random.NextFloat() < options.UnknownShare ? 0 : id;
            batch.WindowWeight[w] = trim is null || trim.Keeps(s, newest) ? 1 : 0;
        }
    }

    private static float Cosine(int epoch, int epochs) => 0.05f + (0.95f * 0.5f * (1 + MathF.Cos(MathF.PI * epoch / epochs)));
}
