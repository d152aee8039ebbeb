namespace Tocsin.Inference.Scoring;

/// <summary>One episode of scores above a level.</summary>
/// <param name="Height">Its highest score.</param>
/// <param name="First">Frame within the run.</param>
internal readonly record struct Peak(int Run, int First, int Last, double Height);

/// <summary>Declusters exceedances: those with few quiet frames between them are one episode (runs declustering).</summary>
internal static class Peaks
{
    public static List<Peak> Find(IReadOnlyList<float[]> runs, double level, int mergeGap)
    {
        var peaks = new List<Peak>();
        for (var r = 0; r < runs.Count; r++)
        {
            var open = false;
            var peak = new Peak(r, 0, 0, 0);
            for (var t = 0; t < runs[r].Length; t++)
            {
                if (!(runs[r][t] > level))
                    continue;
                if (open && t - peak.Last - 1 <= mergeGap)
                {
                    peak = peak with { Last = t, Height = Math.Max(peak.Height, runs[r][t]) };
                    continue;
                }
                if (open)
                    peaks.Add(peak);
                peak = new Peak(r, t, t, runs[r][t]);
                open = true;
            }
            if (open)
                peaks.Add(peak);
        }
        return peaks;
    }
}
