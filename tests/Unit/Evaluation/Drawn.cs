using Tocsin.Inference.Evaluation;

namespace Tocsin.Unit.Evaluation;

/// <summary>Frames drawn as text, one character a second: truth <c>F</c> = fault, <c>.</c> = normal, <c>?</c> = unknown; alarms <c>A</c> = alarmed,
/// <c>.</c> = quiet, <c>x</c> = not scored.</summary>
internal static class Drawn
{
    public const long StartMs = 1_795_250_000_000;

    public static readonly EvalOptions NoMargins = new() { MarginStart = default, MarginEnd = default, Bootstrap = 0, RandomDraws = 5 };

    public static ScoreSegment Segment(string truth, string alarms, string node = "cn01", string job = "1", long startMs = StartMs, double[]? scores = null)
    {
        Assert.Equal(truth.Length, alarms.Length);
        return new ScoreSegment
        {
            Node = node,
            Job = job,
            TimesMs = [.. Enumerable.Range(0, truth.Length).Select(i => startMs + i * 1000L)],
            Scores = scores ?? [.. alarms.Select(c => c switch { 'A' => 2.0, 'x' => double.NaN, _ => 1.0 })],
            Thresholds = [.. alarms.Select(_ => 1.5)],
            Alarms = [.. alarms.Select(c => c == 'A')],
            Labels = [.. truth.Select(c => c switch { 'F' => (sbyte)1, '?' => (sbyte)-1, _ => (sbyte)0 })],
            Extra = [],
        };
    }

    public static EvalReport Report(string truth, string alarms, EvalOptions? options = null) =>
        Evaluator.Evaluate([Segment(truth, alarms)], null, null, options ?? NoMargins);

    public static FrameTable Table(EvalOptions options, params ScoreSegment[] segments) => FrameTable.Build(segments, null, null, options);
}
