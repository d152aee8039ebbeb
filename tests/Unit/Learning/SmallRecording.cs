using Tocsin.Inference.Learning;
using Tocsin.Inference.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Training;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Learning;

/// <summary>Two kinds of job and idle stretches of one node, four metrics, as small as something can still be learned from.</summary>
internal static class SmallRecording
{
    public static readonly MetricSchema Schema = new(
    [
        new Metric("cpu", MetricKind.Gauge, "", 0.01), new Metric("memory", MetricKind.Gauge, "", 0.01),
        new Metric("disk", MetricKind.Gauge, "", 0.01), new Metric("oom", MetricKind.Rate, "", 0.1),
    ]);

    public static readonly string[] Kinds = ["solver", "copier", "idle"];

    public static LearnOptions Options => new()
    {
        Seed = 7,
        Folds = 2,
        FineTuneEpochs = 1,
        WindowsPerPass = 150,
        Trainer = new TrainerOptions { Window = 10, Width = 12, Layers = 2, Epochs = 3, Batch = 16, Groups = 3, Threads = 2 },
        Patterns = new PatternOptions { Threads = 2 },
    };

    /// <summary>Learned once for all tests that only look at it.</summary>
    public static Lazy<PatternLibrary> Library { get; } = new(() => new LibraryTrainer(Options).Train(Training(), "small"));

    /// <summary>The same library with other thresholds and models.</summary>
    public static PatternLibrary Bent(Thresholds thresholds, Func<PatternModel, PatternModel> bend) => Made(Library.Value, Library.Value.Plan, thresholds, bend);

    /// <summary>The same library with metrics treated in another way.</summary>
    public static PatternLibrary With(PatternLibrary of, PreparationPlan plan) => Made(of, plan, of.Thresholds, m => m);

    private static PatternLibrary Made(PatternLibrary of, PreparationPlan plan, Thresholds thresholds, Func<PatternModel, PatternModel> bend)
    {
        return new PatternLibrary
        {
            Report = of.Report,
            Plan = plan,
            Patterns = of.Patterns,
            Groups = of.Groups,
            Window = of.Window,
            Envelope = of.Envelope,
            Pooled = bend(of.Pooled),
            Models = [.. of.Models.Select(bend)],
            Calibration = of.Calibration,
            Thresholds = thresholds,
            Pca = of.Pca,
            PatternZ = of.PatternZ,
            Settling = of.Settling,
        };
    }

    public static List<Segment> Training() => [.. Enumerable.Range(0, 9).Select(i => Of(Kinds[i % 3], 48 + (i % 4), 100 + i, startMs: 1_700_000_000_000 + (i * 60_000)))];

    /// <param name="change">Applied to a value: (frame, metric, value) -> value.</param>
    public static Segment Of(string kind, int frames, int seed, long startMs = 1_710_000_000_000, Func<int, int, float, float>? change = null)
    {
        var random = new SeededRandom((ulong)seed);
        var phase = random.NextFloat() * 6f;
        var values = new float[frames * 4];
        for (var t = 0; t < frames; t++)
        {
            var wave = MathF.Sin(phase + (t * (kind == "solver" ? 0.5f : 0.9f)));
            ReadOnlySpan<float> row = kind switch
            {
                "solver" => [80 + (8 * wave) + random.NextFloat(-2, 2), 40 - (4 * wave) + random.NextFloat(-1, 1), random.NextFloat(0, 2), 0],
                "copier" => [15 + random.NextFloat(-2, 2), 20 + (3 * wave) + random.NextFloat(-1, 1), 60 + (20 * wave) + random.NextFloat(-3, 3), 0],
                _ => [1 + random.NextFloat(-0.5f, 0.5f), 10 + random.NextFloat(-0.2f, 0.2f), random.NextFloat(0, 0.5f), 0],
            };
            for (var m = 0; m < 4; m++)
                values[(t * 4) + m] = change is null ? row[m] : change(t, m, row[m]);
        }
        return Make(kind, values, [.. Enumerable.Range(0, frames).Select(t => startMs + (t * 1000L))], null);
    }

    public static Segment Make(string kind, float[] values, long[] times, byte[]? labels) => new()
    {
        Node = new NodeKey("test", "n1"),
        Jobs = kind == "idle" ? [] : [new JobRun($"{times[0] / 1000}", kind, "ada", times[0], null, [])],
        StartMs = times[0],
        EndMs = null,
        CadenceMs = 1000,
        Metrics = Schema,
        TimesMs = times,
        Values = values,
        Labels = labels,
    };

    /// <summary>The same segment as if the recording had ended after so many frames.</summary>
    public static Segment Cut(Segment whole, int frames) => Make(whole.JobName, whole.Values[..(frames * 4)], whole.TimesMs[..frames], whole.Labels?[..frames]);
}
