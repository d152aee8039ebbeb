using Tocsin.Daemon.Pictures;

namespace Tocsin.Unit.Pictures;

/// <summary>Twenty-five minutes of one node at 1 s: 13 jobs with idle pauses, 27 faults of which some are missed, two false alarms, a hole.</summary>
internal static class FakeScores
{
    public const long StartMs = 1_795_253_095_000;

    private static readonly string[] JobNames = ["md_dense", "io_seq", "pipeline", "md_melt", "hpcc_like", "gemm_ckpt", "io_rand"];

    private static readonly string[] Kinds =
        ["job_hang", "fork_storm", "net_flood", "mem_leak", "disk_io", "cpu_overload", "disk_full", "switch_storm", "mem_bandwidth", "cache_thrash"];

    public static NodeScores Node(string name, int seed, int frames = 1500)
    {
        var random = new Random(seed);
        var jobs = new List<JobBand>();
        for (var at = 20; at < frames - 30 && jobs.Count < 13;)
        {
            var length = 50 + random.Next(100);
            jobs.Add(new JobBand(JobNames[random.Next(JobNames.Length)], Ms(at), Ms(Math.Min(frames, at + length))));
            at += length + (random.Next(3) == 0 ? 10 + random.Next(20) : 1);
        }
        var faults = new List<FaultSpan>();
        for (var k = 0; k < 27; k++)
        {
            var start = 15 + (k * (frames - 30) / 27) + random.Next(25);
            faults.Add(new FaultSpan(Kinds[random.Next(Kinds.Length)], Ms(start), Ms(start + 9 + random.Next(18)), random.Next(100) < 78));
        }
        var (scores, thresholds, alarms) = (new float[frames], new float[frames], new bool[frames]);
        double carried = 0;
        for (var i = 0; i < frames; i++)
        {
            carried = (0.8 * carried) + (0.2 * random.NextDouble());
            var score = 0.35 * Math.Exp((1.6 * (carried - 0.5)) + (0.25 * random.NextDouble()));
            var fault = faults.FirstOrDefault(f => f.StartMs <= Ms(i) && Ms(i) < f.EndMs);
            if (fault.Found)
                score *= 4 + (25 * random.NextDouble() * random.NextDouble()) + (fault.Kind == "net_flood" ? 60 : 0);
            else if (fault.Kind is not null)
                score *= 1.5;
            if (jobs.Any(j => Math.Abs(j.StartMs - Ms(i)) < 3000))
                score *= 1.8;
            if (i is (> 702 and < 709) or 1204)
                score = 3;
            thresholds[i] = i < 600 ? 1.15f : 1.3f;
            scores[i] = i % 331 == 0 ? float.NaN : (float)score;
            alarms[i] = score > thresholds[i];
        }
        var keep = Enumerable.Range(0, frames).Where(i => i is < 1010 or > 1026).ToArray();
        return new NodeScores
        {
            Node = name,
            TimesMs = [.. keep.Select(Ms)],
            Scores = [.. keep.Select(i => scores[i])],
            Thresholds = [.. keep.Select(i => thresholds[i])],
            Alarms = [.. keep.Select(i => alarms[i])],
            Jobs = jobs,
            Faults = faults,
        };
    }

    private static long Ms(int second) => StartMs + (1000L * second);
}
