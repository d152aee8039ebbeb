using Tocsin.Shared;

namespace Tocsin.Inference.Evaluation;

/// <summary>Leaves out the frames around a job's boundary, which belong to neither side.</summary>
internal static class Margins
{
    public static void Mark(FrameTable table, int node, IReadOnlyList<ScoreSegment> segments, IReadOnlyList<JobRun>? jobs, EvalOptions options)
    {
        table.Kept.AsSpan(table.Offsets[node], table.Offsets[node + 1] - table.Offsets[node]).Fill(true);
        double after = options.MarginStart.TotalMilliseconds, before = options.MarginEnd.TotalMilliseconds;
        if (jobs is null)
        {
            foreach (var s in segments.Where(s => s.Frames > 0))
            {
                Drop(table, node, s.TimesMs[0], s.TimesMs[0] + after);
                // A whole cadence passes between the last frame and the boundary at most: half of one on average.
                Drop(table, node, s.TimesMs[^1] + table.CadenceMs[node] / 2 - before, s.TimesMs[^1] + 1);
            }
            return;
        }
        foreach (var job in jobs.Where(j => j.RunsOn(table.Nodes[node])))
        {
            Drop(table, node, job.StartMs - before, job.StartMs + after);
            if (job.EndMs is { } end)
                Drop(table, node, end - before, end + after);
        }
    }

    private static void Drop(FrameTable table, int node, double fromMs, double untilMs)
    {
        var end = table.FirstAt(node, untilMs);
        for (var i = table.FirstAt(node, fromMs); i < end; i++)
            table.Kept[i] = false;
    }
}
