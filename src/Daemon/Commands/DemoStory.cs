using System.Globalization;
using Tocsin.Inference.Evaluation;
using Tocsin.Inference.Patterns;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Commands;

internal enum DemoKind
{
    Job,
    Fault,
    Alarm,
    Over,
    False,
    Missed,
}

/// <param name="Text">One line, without time and kind.</param>
internal sealed record DemoEvent(long TimeMs, DemoKind Kind, string Text);

/// <summary>What happened in the demo's second part, as lines in the order of time.</summary>
internal sealed class DemoStory
{
    private const int TopMetrics = 3;

    /// <summary>Cadences; beyond a longer silence nobody knows what the score was.</summary>
    private const int LongestStep = 3;

    private readonly DemoTruth _truth;
    private readonly IReadOnlyList<Pattern> _patterns;
    private readonly IReadOnlyList<WatchedSegment> _segments;
    private readonly List<DemoEvent> _events = [];

    private DemoStory(DemoTruth truth, IReadOnlyList<WatchedSegment> segments, IReadOnlyList<Pattern> patterns)
    {
        (_truth, _segments, _patterns) = (truth, segments, patterns);
        FirstMs = truth.Table.Frames == 0 ? 0 : truth.Table.TimesMs.Min();
    }

    public long FirstMs { get; }

    public IReadOnlyList<DemoEvent> Events => _events;

    public static DemoStory Tell(DemoTruth truth, IReadOnlyList<WatchedSegment> segments, IReadOnlyList<Pattern> patterns)
    {
        var story = new DemoStory(truth, segments, patterns);
        foreach (var segment in segments.Where(s => !s.Segment.Idle))
            story.Job(segment);
        foreach (var (fault, outcome) in truth.Table.Events.Zip(truth.Match.Events))
            story.Fault(fault.Fault, truth.Table.Nodes[fault.Node], fault.StartMs, fault.EndMs, outcome.Counted, outcome.DelayMs is not null);
        for (var p = 0; p < truth.Match.Episodes.Count; p++)
            story.Alarm(p);
        // A stable sort: what falls on one moment stays in the order in which it was told.
        var ordered = story._events.OrderBy(e => e.TimeMs).ToArray();
        story._events.Clear();
        story._events.AddRange(ordered);
        return story;
    }

    /// <summary>Minutes and seconds since the first frame, as on the picture's axis.</summary>
    public string Clock(long timeMs)
    {
        var seconds = Math.Max(0, (timeMs - FirstMs) / 1000);
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}");
    }

    private void Job(WatchedSegment watched)
    {
        var (segment, name) = (watched.Segment, Of(watched.Segment) + On(watched.Segment.Node.Name));
        var told = int.MinValue;
        for (var t = 0; t < watched.Verdicts.Count; t++)
        {
            var match = watched.Verdicts[t].Match;
            if (match.HeadFrames == 0 || match.Pattern == told)
                continue;
            var what = match.Matched ? $"like the pattern {Name(match.Pattern)} ({Percent(match.Confidence)} sure)"
                : match.Nearest < 0 ? "like no pattern"
                : Line($"like no pattern (nearest {Name(match.Nearest)}, {match.Distance:0.0} times its radius)");
            Add(segment.TimesMs[t], DemoKind.Job, told == int.MinValue
                ? $"{name}, {Seconds(segment.TimesMs[t] - segment.StartMs)} old, looks {what}"
                : $"{name} now looks {what}");
            told = match.Pattern;
        }
        if (told == int.MinValue)
            Add(segment.TimesMs[^1], DemoKind.Job, $"{name} ended before it could be matched");
    }

    private void Fault(string kind, string node, long startMs, long endMs, bool counted, bool found)
    {
        kind = EvalTable.Safe(kind, 40);
        Add(startMs, DemoKind.Fault, $"{kind} begins{On(node)} (the detector is not told)");
        if (!found && counted)
            Add(endMs + _truth.GraceMs, DemoKind.Missed, $"no alarm for {kind}, which was there for {Seconds(endMs - startMs)}");
        else if (!found)
            Add(endMs + _truth.GraceMs, DemoKind.Over, $"no alarm for {kind}, but too few of its frames can be judged for it to count as missed");
    }

    private void Alarm(int index)
    {
        var episode = _truth.Match.Episodes[index];
        var (startMs, endMs) = _truth.Span(episode);
        var node = _truth.Table.Nodes[episode.Node];
        var watched = _segments.Last(s => s.Segment.Node.Name == node && s.Segment.TimesMs[0] <= startMs);
        var at = Array.BinarySearch(watched.Segment.TimesMs, startMs);
        var score = watched.Verdicts[at].Score;
        var since = at;
        while (since > 0 && watched.Segment.TimesMs[since] - watched.Segment.TimesMs[since - 1] <= LongestStep * watched.Segment.CadenceMs
            && watched.Verdicts[since - 1].Score is var before && before.Score > before.Threshold)
            since--;
        var pattern = watched.Verdicts[at].Match.Pattern;
        var metrics = string.Join(", ", score.Top.Take(TopMetrics).Select(m => $"{EvalTable.Safe(m.Metric, 40)} {Percent(m.Share)}"));
        Add(startMs, DemoKind.Alarm, $"{EvalTable.Safe(node, 60)}, {Of(watched.Segment)}: unlike {Name(pattern)} since {Clock(watched.Segment.TimesMs[since])}; "
            + Line($"{metrics}; score {score.Score:0.0}, threshold {score.Threshold:0.0}"));
        var lasted = $"alarm{On(node)} ends after {Seconds(endMs - startMs + watched.Segment.CadenceMs)}, highest score {Line($"{Highest(episode):0.0}")}";
        if (!_truth.Known)
            Add(endMs, DemoKind.Over, lasted);
        else if (_truth.Match.FalseEpisodes[index])
            Add(endMs, DemoKind.False, $"{lasted}: no fault was there");
        else
            Add(endMs, DemoKind.Over, $"{lasted}: {Meaning(index)}");
    }

    private string Meaning(int index)
    {
        var episode = _truth.Match.Episodes[index];
        var fault = _truth.EventOf(episode);
        var kind = EvalTable.Safe(_truth.Table.Events[fault].Fault, 40);
        if (_truth.IsFoundBy(fault, episode))
        {
            return $"it was {kind}, found {Seconds((long)_truth.Match.Events[fault].DelayMs!.Value)} after it began"
                + (_truth.Match.Events[fault].Counted ? "" : ", but too few of its frames can be judged for it to count");
        }
        return _truth.Match.Events[fault].DelayMs is null ? $"it began before {kind} and does not count as finding it" : $"it was {kind} still";
    }

    private double Highest(Episode episode)
    {
        var highest = double.NegativeInfinity;
        for (var i = episode.First; i <= episode.Last; i++)
            highest = _truth.Table.Scores[i] > highest ? _truth.Table.Scores[i] : highest;
        return highest;
    }

    private string Name(int pattern) => EvalTable.Safe(pattern < 0 ? "any" : _patterns[pattern].Name, 40);

    private string On(string node) => _truth.Table.Nodes.Count > 1 ? $" on {EvalTable.Safe(node, 60)}" : "";

    private static string Of(Segment segment) =>
        segment.Idle ? "no job" : segment.JobId == segment.JobName ? $"job {EvalTable.Safe(segment.JobName, 40)}"
        : $"job {EvalTable.Safe(segment.JobId, 20)} {EvalTable.Safe(segment.JobName, 40)}";

    private void Add(long timeMs, DemoKind kind, string text) => _events.Add(new DemoEvent(timeMs, kind, text));

    private static string Percent(float share) => Line($"{100 * share:0} %");

    private static string Seconds(long ms) => Line($"{ms / 1000.0:0} s");

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
