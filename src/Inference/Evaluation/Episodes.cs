namespace Tocsin.Inference.Evaluation;

/// <summary>Alarmed frames of one node that belong together.</summary>
/// <param name="First">The first alarmed frame outside the margins.</param>
/// <param name="Last">The last one.</param>
public readonly record struct Episode(int Node, int First, int Last);

/// <summary>Joins alarmed frames to episodes, node by node along time, across segments.</summary>
/// <remarks>Frames in the margins link (an alarm that sounds through a job's change is one alarm) but are never part of an episode: one that lies in the
/// margins altogether is none, and one that began there begins with its first frame outside.</remarks>
public static class Episodes
{
    public static List<Episode> Find(FrameTable table, ReadOnlySpan<bool> alarms, int mergeGap)
    {
        var found = new List<Episode>();
        for (var node = 0; node < table.Nodes.Count; node++)
        {
            // Missing frames are quiet frames: a gap counts by time as well.
            var longestMs = (mergeGap + 1.5) * table.CadenceMs[node];
            int first = -1, last = -1, previous = -1;
            for (var i = table.Offsets[node]; i < table.Offsets[node + 1]; i++)
            {
                if (!alarms[i])
                    continue;
                if (previous >= 0 && (i - previous - 1 > mergeGap || table.TimesMs[i] - table.TimesMs[previous] > longestMs))
                {
                    Close(found, node, first, last);
                    first = -1;
                }
                previous = i;
                if (!table.Kept[i])
                    continue;
                last = i;
                if (first < 0)
                    first = i;
            }
            Close(found, node, first, last);
        }
        return found;
    }

    private static void Close(List<Episode> found, int node, int first, int last)
    {
        if (first >= 0)
            found.Add(new Episode(node, first, last));
    }
}
