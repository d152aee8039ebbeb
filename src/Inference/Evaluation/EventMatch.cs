namespace Tocsin.Inference.Evaluation;

/// <summary>What became of one event.</summary>
/// <param name="Counted">Enough of its frames lie outside the margins; the others are neither found nor missed.</param>
/// <param name="DelayMs">From its start to the first episode that starts between its start and the grace after its end; null = missed.</param>
public readonly record struct EventOutcome(bool Counted, double? DelayMs);

/// <summary>Which events a method's episodes find, and which episodes belong to none.</summary>
public sealed record EventMatch(IReadOnlyList<EventOutcome> Events, IReadOnlyList<Episode> Episodes, IReadOnlyList<bool> FalseEpisodes)
{
    /// <summary>A false episode overlaps no event, counted or not, with the grace after its end. One that began before an event finds nothing, but is not false.</summary>
    public static EventMatch Of(FrameTable table, List<Episode> episodes, EvalOptions options)
    {
        var grace = (long)options.Grace.TotalMilliseconds;
        var outcomes = new EventOutcome[table.Events.Count];
        var belongs = new bool[episodes.Count];
        // Both lists are ordered by node and start; events may overlap each other, so the window over episodes only moves its lower end.
        var low = 0;
        for (var e = 0; e < outcomes.Length; e++)
        {
            var event_ = table.Events[e];
            double? delay = null;
            while (low < episodes.Count && Before(episodes[low], event_))
                low++;
            for (var p = low; p < episodes.Count && episodes[p].Node == event_.Node; p++)
            {
                var start = table.TimesMs[episodes[p].First];
                if (start > event_.EndMs + grace)
                    break;
                if (table.TimesMs[episodes[p].Last] < event_.StartMs)
                    continue;
                belongs[p] = true;
                if (start >= event_.StartMs)
                    delay ??= start - event_.StartMs;
            }
            outcomes[e] = new EventOutcome(Counts(table, event_, options), delay);
        }
        return new EventMatch(outcomes, episodes, [.. belongs.Select(b => !b)]);

        bool Before(Episode episode, NodeEvent e) =>
            episode.Node < e.Node || (episode.Node == e.Node && table.TimesMs[episode.Last] < e.StartMs);
    }

    private static bool Counts(FrameTable table, NodeEvent e, EvalOptions options)
    {
        var frames = 0;
        double lastMs = double.NegativeInfinity;
        var end = table.FirstAt(e.Node, e.EndMs);
        for (var i = table.FirstAt(e.Node, e.StartMs); i < end; i++)
        {
            // A stalled scraper delivers a burst: many frames, one moment.
            if (!table.Kept[i] || table.TimesMs[i] - lastMs < table.CadenceMs[e.Node] / 2)
                continue;
            lastMs = table.TimesMs[i];
            frames++;
        }
        return frames >= options.MinEventFrames;
    }
}
