using Tocsin.Daemon.Pictures;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Commands;

/// <summary>The demo's second part as pictures: faults and episodes as the evaluation sees them.</summary>
internal static class DemoPicture
{
    public static IReadOnlyList<NodeScores> Of(DemoTruth truth, IReadOnlyList<WatchedSegment> segments, IRecording recording) =>
        [.. segments.GroupBy(s => s.Segment.Node.Name).Select(own => Node(own.Key, truth, [.. own], recording))];

    private static NodeScores Node(string name, DemoTruth truth, IReadOnlyList<WatchedSegment> segments, IRecording recording)
    {
        var scores = segments.SelectMany(s => s.Verdicts).Select(v => v.Score).ToArray();
        var node = NodeScores.Of(name, scores, recording.Jobs, null);
        var index = truth.Table.Nodes.ToList().IndexOf(name);
        return new NodeScores
        {
            Node = node.Node,
            TimesMs = node.TimesMs,
            Scores = node.Scores,
            Thresholds = node.Thresholds,
            Alarms = node.Alarms,
            // Jobs of the first part would only fill the legend.
            Jobs = [.. node.Jobs.Where(j => scores.Length > 0 && j.EndMs > scores[0].TimeMs && j.StartMs <= scores[^1].TimeMs)],
            Faults = !truth.Known ? null : [.. truth.Table.Events.Zip(truth.Match.Events).Where(p => p.First.Node == index)
                .Select(p => new FaultSpan(p.Second.Counted ? p.First.Fault : $"({p.First.Fault})", p.First.StartMs, p.First.EndMs, p.Second.DelayMs is not null, p.Second.Counted))],
            Episodes = [.. truth.Match.Episodes.Zip(truth.Match.FalseEpisodes).Where(p => p.First.Node == index)
                .Select(p => new AlarmEpisode(truth.Span(p.First).StartMs, truth.Span(p.First).EndMs, truth.Known && p.Second))],
        };
    }
}
