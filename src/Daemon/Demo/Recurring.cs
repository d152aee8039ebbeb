namespace Tocsin.Daemon.Demo;

/// <summary>An alert that came on several tracks at the same recorded moment, each time it was played.</summary>
/// <param name="False">Nothing was injected.</param>
/// <param name="Tracks">On which it came, its own counted.</param>
internal sealed record Recurring(ShownAlert Alert, bool False, int Tracks)
{
    /// <summary>Recorded time by which onsets of the same may differ: what lay before a run is not the same on every track.</summary>
    private const long AlikeMs = 5_000;

    /// <summary>All tracks play the same minutes. So what an alert is worth as an example can be read off what happened: one that came whenever its moment was played will
    /// come once more, and what a verdict on it does can be seen; one that came once was chance. Pure.</summary>
    /// <param name="beginMs">Unix milliseconds of the stage's begin.</param>
    /// <returns>Those that came on two tracks or more, over by now, on a node that ran alone. False ones first, then the most often, then those that lasted longest.</returns>
    public static IReadOnlyList<Recurring> Of(Stage stage, IReadOnlyList<ShownAlert> alerts, long beginMs)
    {
        var placed = alerts.Select(a => (Alert: a, Place: PlaceOf(stage, a, beginMs))).Where(p => p.Place is not null).ToArray();
        return [.. from p in placed
                   where p.Alert.ClearedMs is not null && p.Place!.Value.Track.Nodes.Count == 1
                   let tracks = placed.Where(o => Math.Abs(o.Place!.Value.RecordedMs - p.Place!.Value.RecordedMs) <= AlikeMs).Select(o => o.Place!.Value.Track).Distinct().Count()
                   where tracks > 1
                   let recurring = new Recurring(p.Alert, Reckoning.FaultOf(stage, p.Alert, beginMs) is null, tracks)
                   orderby recurring.False descending, tracks descending, p.Alert.ClearedMs!.Value - p.Alert.SinceMs descending, p.Alert.RaisedMs
                   select recurring];
    }

    /// <summary>At how many moments of the recording alerts began, however often each was played.</summary>
    public static int Moments(Stage stage, IEnumerable<ShownAlert> alerts, long beginMs)
    {
        var moments = 0;
        long? last = null;
        foreach (var at in alerts.Select(a => PlaceOf(stage, a, beginMs)?.RecordedMs).OfType<long>().Order())
        {
            if (!(at - last <= AlikeMs))
                moments++;
            last = at;
        }
        return moments;
    }

    private static (Track Track, long RecordedMs)? PlaceOf(Stage stage, ShownAlert alert, long beginMs)
    {
        var at = alert.SinceMs - beginMs;
        var track = stage.Tracks.FirstOrDefault(t => alert.Nodes.Any(t.Nodes.Contains));
        return track?.At(at) is { } clip ? (track, clip.ToRecorded(at)) : null;
    }
}
