using System.Diagnostics;
using Tocsin.Inference.Models;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Daemon.Benches;

/// <summary>Speed of the learning core beside what the machine can do: products, one window scored, and training with the sizes of the published
/// NodeSentry sample (695 windows of 20 frames x 138 metrics, 3 layers, 3 heads, 3 experts, 30 epochs).</summary>
internal static class LearnBench
{
    private const int Frames = 20;

    public static IReadOnlyDictionary<string, double> Run()
    {
        var figures = new Dictionary<string, double>();
        Console.WriteLine($"paths: {string.Join(", ", SimdPaths.Available)}; chosen: {SimdPaths.Chosen}; {Environment.ProcessorCount} cores");
        foreach (var path in SimdPaths.Available)
            Products(path, figures);
        foreach (var path in SimdPaths.Available)
            Scoring(path, figures);
        Training(figures);
        return figures;
    }

    private static unsafe void Products(SimdPath path, Dictionary<string, double> figures)
    {
        var kernels = KernelTable.Of(path);
        double Peak() => kernels.Spin(20_000) / Timing.Least(() => kernels.Spin(20_000)) * 1e-9;

        var best = Peak();
        Console.WriteLine();
        Console.WriteLine($"{path}: peak of multiply-adds {best:F1} GFLOP/s a core");
        Console.WriteLine("  rows x depth x columns     A B        A^T B     (GFLOP/s, share of the peak just before)");
        foreach (var (m, k, n) in new[] { (20, 84, 84), (20, 84, 252), (160, 84, 84), (160, 138, 138), (160, 138, 414), (160, 276, 138), (512, 512, 512) })
        {
            int lda = Layout.Stride(k), ldc = Layout.Stride(n);
            AlignedBuffer a = Noise(m * lda), b = Noise(k * n), c = Noise(m * ldc), d = Noise(k * n);
            var packed = kernels.Pack(k, n);
            packed.Fill(b.Pointer, n, null);
            var operations = 2e-9 * m * k * n;
            best = Peak();
            var plain = operations / Timing.Least(() => kernels.Multiply(m, a.Pointer, lda, packed, c.Pointer, ldc, false));
            var turned = operations / Timing.Least(() => kernels.MultiplyTransposed(k, n, m, a.Pointer, lda, c.Pointer, ldc, d.Pointer, n, false));
            Console.WriteLine($"  {m,4} x {k,3} x {n,-12} {plain,7:F1} {plain / best,5:P0}  {turned,7:F1} {turned / best,5:P0}");
            figures[$"gemm_{path}_{m}x{k}x{n}"] = plain / best;
            figures[$"gemm_transposed_{path}_{m}x{k}x{n}"] = turned / best;
        }
        figures[$"peak_gflops_{path}"] = best;
    }

    private static void Scoring(SimdPath path, Dictionary<string, double> figures)
    {
        var shape = ModelShape.For(metrics: 84, segmentIds: 17);
        var session = new InferenceSession(new PackedModel(ReconstructionModel.Create(shape, seed: 1), path), Frames);
        var windows = Windows(shape, 64).Windows;
        float[] newest = new float[shape.Metrics], all = new float[Frames * shape.Metrics];
        var next = 0;
        var one = Timing.Least(() => session.ReconstructNewest(windows, next++ % 64, newest)) * 1e6;
        var whole = Timing.Least(() => session.Reconstruct(windows, next++ % 64, all)) * 1e6;
        var before = GC.GetAllocatedBytesForCurrentThread();
        session.ReconstructNewest(windows, 0, newest);
        session.Reconstruct(windows, 0, all);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        if (path == SimdPaths.Available[0])
            Console.WriteLine();
        Console.WriteLine($"{path}: one window of {Frames} x 84, {shape.Layers} layers, hidden {shape.Hidden}, one core: newest frame {one:F1} us, all frames {whole:F1} us, {bytes} bytes allocated");
        figures[$"window_newest_us_{path}"] = one;
        figures[$"window_all_us_{path}"] = whole;
        figures[$"window_bytes_{path}"] = bytes;
    }

    private static void Training(Dictionary<string, double> figures)
    {
        const int windows = 695, epochs = 30, batchSize = 32;
        var shape = ModelShape.For(metrics: 138, segmentIds: 17);
        var threads = Math.Min(2, Environment.ProcessorCount);
        List<TrainingBatch> batches = [];
        for (var first = 0; first < windows; first += batchSize)
            batches.Add(Windows(shape, Math.Min(batchSize, windows - first)));
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        using var session = new TrainingSession(ReconstructionModel.Create(shape, seed: 1), new TrainingOptions(threads));
        double fastest = 0;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var began = Stopwatch.GetTimestamp();
            foreach (var batch in batches)
            {
                session.Gradient(batch);
                session.Update();
            }
            fastest = Math.Max(fastest, windows / Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        var total = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var busy = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        var report = session.Evaluate(batches[0]);
        Console.WriteLine();
        Console.WriteLine($"{SimdPaths.Chosen}: training, width {shape.Width}, hidden {shape.Hidden}, {shape.Layers} layers, {shape.Heads} heads, {shape.Experts} experts, {threads} threads, batches of {batchSize}");
        Console.WriteLine($"  {windows} windows x {epochs} epochs in {total:F2} s from a cold start ({busy:F2} s of processor time); fastest epoch {fastest:F0} windows/s, {windows * epochs / fastest:F2} s at that speed");
        Console.WriteLine($"  least share of tokens of an expert: {Enumerable.Range(0, shape.Layers * shape.Experts).Min(i => report.ExpertShare(i / shape.Experts, i % shape.Experts)):P0}");
        figures["training_total_s"] = total;
        figures["training_cpu_s"] = busy;
        figures["training_windows_per_s"] = fastest;
    }

    private static TrainingBatch Windows(ModelShape shape, int count)
    {
        var batch = new TrainingBatch(count, Frames, shape.Metrics);
        var random = new SeededRandom((ulong)count);
        Array.Fill(batch.Windows.Valid, true);
        for (var i = 0; i < batch.Target.Length; i++)
        {
            int row = i / shape.Metrics, metric = i % shape.Metrics;
            batch.Windows.Position[row] = row;
            batch.Windows.LogTime[row] = MathF.Log(1 + (15f * row));
            batch.Target[i] = MathF.Sin((0.1f * row * (1 + (metric % 7))) + metric) + random.NextFloat(-0.5f, 0.5f);
            batch.LossMask[i] = batch.Windows.Mask[i] = random.NextFloat() < 0.3f ? 1 : 0;
            batch.Windows.Values[i] = batch.Target[i] * (1 - batch.Windows.Mask[i]);
        }
        for (var w = 0; w < count; w++)
            batch.Windows.SegmentId[w] = random.NextInt(shape.SegmentIds);
        return batch;
    }

    private static AlignedBuffer Noise(int length)
    {
        var buffer = new AlignedBuffer(length);
        var random = new SeededRandom((ulong)length);
        foreach (ref var value in buffer.Span)
            value = random.NextFloat(-1, 1);
        return buffer;
    }
}
