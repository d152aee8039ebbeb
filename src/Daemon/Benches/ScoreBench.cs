using System.Diagnostics;
using System.Globalization;
using Tocsin.Inference.Evaluation;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Training;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Benches;

/// <summary>Ways to score and to alarm side by side: a recording in four blocks of time, each scored by a library of the other three, the figures pooled.
/// Labels are read for the table alone.</summary>
internal static class ScoreBench
{
    private const int Blocks = 4;

    public static Bench Create() =>
        new("scores", "ways to score and to alarm on a recording (--data, --until), each block of time by a library of the others", () => Run(new BenchData(null, null, null))) { OnData = Run };

    private static SortedDictionary<string, double> Run(BenchData data)
    {
        var (recording, segments) = data.Read();
        if (!recording.HasTruth)
            throw new BadDataException("the recording does not say what is a fault; ways to score cannot be compared on it");
        var defaults = new LearnOptions();
        defaults = defaults with { Trainer = defaults.Trainer with { Epochs = data.Epochs ?? defaults.Trainer.Epochs } };
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
        Console.WriteLine($"{"",-58} {"ROC",6} {"PR",6} {"found",8} {"false/h",8} {"normal",8}");
        Measure("", defaults, whole: true);
        Measure("names not looked at: ", defaults with { Patterns = defaults.Patterns with { JobNameWeight = 0 } }, whole: false);
        Measure("W in proportion to MAC: ", defaults with { Trainer = defaults.Trainer with { Weights = WeightRule.Change } }, whole: false);
        Measure("W = 1: ", defaults with { Trainer = defaults.Trainer with { Weights = WeightRule.Even } }, whole: false);
        Measure("groups by name: ", defaults with { Trainer = defaults.Trainer with { GroupBy = GroupRule.Name } }, whole: false);
        Measure("no tuning to patterns: ", defaults with { FineTuneEpochs = 0 }, whole: false);
        return figures;

        void Measure(string prefix, LearnOptions options, bool whole)
        {
            var clock = Stopwatch.StartNew();
            var table = Validate(recording, segments, options, whole);
            var evaluator = new MethodEvaluator(table, new EvalOptions());
            foreach (var name in whole ? table.Columns.Keys.Where(n => !n.StartsWith("alarm: ", StringComparison.Ordinal)) : ScoreFold.Own)
                Print(evaluator.Evaluate(prefix + name, table.Columns[name], evaluator.AlarmsAtShare(table.Columns[name], 0.01)), alarms: false);
            foreach (var name in table.Columns.Keys.Where(n => n.StartsWith("alarm: ", StringComparison.Ordinal) && (whole || n == ScoreFold.OwnAlarm)))
                Print(evaluator.Evaluate(prefix + name, table.Columns[ScoreFold.Fused], [.. table.Columns[name].Select(v => v > 0)]), alarms: true);
            Console.WriteLine($"{"",-58} ({clock.Elapsed.TotalSeconds:F0} s)");
        }

        void Print(MethodFigures f, bool alarms)
        {
            (figures[$"{f.Name} roc"], figures[$"{f.Name} pr"]) = (f.AucRoc, f.AucPr);
            var areas = alarms ? $"{"",13}" : string.Create(CultureInfo.InvariantCulture, $"{f.AucRoc,6:F3} {f.AucPr,6:F3}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{f.Name,-58} {areas} {f.Found,4:F0} of {f.Events,-2} {f.CalmFalsePerHour,7:F1} {f.NormalAlarmed * 100,6:F2} %"));
        }
    }

    private static FrameTable Validate(IRecording recording, List<Segment> segments, LearnOptions options, bool whole)
    {
        var (from, until) = (segments.Min(s => s.TimesMs[0]), segments.Max(s => s.TimesMs[^1]));
        int Block(Segment s) => (int)Math.Min(Blocks - 1, Blocks * (s.TimesMs[0] - from) / (double)(until - from));
        var scored = new List<ScoreSegment>();
        for (var block = 0; block < Blocks; block++)
        {
            var rest = segments.Where(s => Block(s) != block).ToList();
            var fold = new ScoreFold(new LibraryTrainer(options).Train(rest, recording.Description), options, whole ? rest : []);
            scored.AddRange(segments.Where(s => Block(s) == block).OrderBy(s => s.StartMs).Select(fold.Score));
        }
        return FrameTable.Build(scored, recording.Faults, recording.Jobs, new EvalOptions());
    }
}
