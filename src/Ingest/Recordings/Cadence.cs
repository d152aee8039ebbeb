namespace Tocsin.Ingest.Recordings;

/// <summary>The wanted spacing of frames, from what there is.</summary>
internal static class Cadence
{
    /// <summary>Where a recording has no two frames of one node.</summary>
    public const long DefaultMs = 15_000;

    /// <summary>The median, rounded to seconds from 2 s up, to tenths from 0.2 s, else to hundredths; at least 10 ms.</summary>
    public static long FromSpacings(List<long> spacingsMs)
    {
        if (spacingsMs.Count == 0)
            return DefaultMs;
        spacingsMs.Sort();
        var median = spacingsMs[spacingsMs.Count / 2];
        var unit = median >= 2000 ? 1000 : median >= 200 ? 100 : 10;
        return Math.Max(10, (median + unit / 2) / unit * unit);
    }
}
