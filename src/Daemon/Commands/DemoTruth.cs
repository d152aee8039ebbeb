using Tocsin.Inference.Evaluation;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Commands;

/// <summary>The evaluation's own view of the demo's alarms, episode by episode and fault by fault, so that story, picture and scoreboard agree.</summary>
internal sealed class DemoTruth
{
    private readonly EvalOptions _options;

    private DemoTruth(FrameTable table, EventMatch match, bool known, EvalOptions options)
    {
        (Table, Match, Known, _options) = (table, match, known, options);
    }

    public FrameTable Table { get; }

    public EventMatch Match { get; }

    /// <summary>False: nobody knows what was a fault, and no alarm is called false.</summary>
    public bool Known { get; }

    public long GraceMs => (long)_options.Grace.TotalMilliseconds;

    public static DemoTruth Of(IReadOnlyList<ScoreSegment> segments, IRecording recording, EvalOptions options)
    {
        var table = FrameTable.Build(segments, Events(recording), recording.Jobs, options);
        return new DemoTruth(table, EventMatch.Of(table, Episodes.Find(table, table.Alarms, options.MergeGap), options), recording.HasTruth, options);
    }

    /// <summary>Null = runs of label 1, for recordings that have labels and no table of faults.</summary>
    public static IReadOnlyList<FaultEvent>? Events(IRecording recording) => recording.Faults.Count > 0 ? recording.Faults : null;

    public (long StartMs, long EndMs) Span(Episode episode) => (Table.TimesMs[episode.First], Table.TimesMs[episode.Last]);

    /// <summary>The fault that an episode belongs to; -1 = none. The one that it found comes before one that it only overlaps.</summary>
    public int EventOf(Episode episode)
    {
        var (start, end) = Span(episode);
        var overlapped = -1;
        for (var e = 0; e < Table.Events.Count; e++)
        {
            var fault = Table.Events[e];
            if (fault.Node != episode.Node || fault.StartMs > end || fault.EndMs + GraceMs < start)
                continue;
            if (Match.Events[e].DelayMs is { } delay && fault.StartMs + (long)delay == start)
                return e;
            overlapped = overlapped < 0 ? e : overlapped;
        }
        return overlapped;
    }

    public bool IsFoundBy(int fault, Episode episode) =>
        Match.Events[fault].DelayMs is { } delay && Table.Events[fault].StartMs + (long)delay == Span(episode).StartMs;
}
