namespace Tocsin.Daemon.Pictures;

/// <param name="EndMs">Of the last alarmed frame.</param>
/// <param name="False">It started in no fault; never set where the truth is unknown.</param>
internal readonly record struct AlarmEpisode(long StartMs, long EndMs, bool False);

internal static class AlarmEpisodes
{
    /// <summary>Pauses of up to this many frames belong to the episode, as in the evaluation.</summary>
    public const int BridgedFrames = 5;

    public static IReadOnlyList<AlarmEpisode> Of(NodeScores node, long graceMs)
    {
        if (node.Episodes is { } decided)
            return decided;
        var episodes = new List<AlarmEpisode>();
        var last = -1;
        for (var i = 0; i < node.Alarms.Length; i++)
        {
            if (!node.Alarms[i])
                continue;
            if (last >= 0 && i - last - 1 <= BridgedFrames)
                episodes[^1] = episodes[^1] with { EndMs = node.TimesMs[i] };
            else
                episodes.Add(new AlarmEpisode(node.TimesMs[i], node.TimesMs[i], IsFalse(node, node.TimesMs[i], graceMs)));
            last = i;
        }
        return episodes;
    }

    private static bool IsFalse(NodeScores node, long startMs, long graceMs) =>
        node.Faults is { } faults && !faults.Any(f => startMs >= f.StartMs && startMs <= f.EndMs + graceMs);
}
