using System.Diagnostics;
using Tocsin.Daemon.Benches.Fuzzing;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches;

/// <summary>Every parser of what comes from outside, a million inputs each: none throws, hangs, or keeps memory.</summary>
internal static class FuzzBench
{
    private const int Inputs = 1_000_000;

    /// <summary>An input that takes longer hangs for all that anybody will wait. Long, since a machine may have other work.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>By name; each is asked for one seed after the other.</summary>
    public static IReadOnlyList<(string Name, Func<Action<int>> Begin)> Targets { get; } =
    [
        ("snappy", () => SnappyFuzz.Once),
        ("remote-write", () => new RemoteWriteFuzz().Next),
        ("exposition", () => new ExpositionFuzz().Next),
        ("file-sd", () => FileSdFuzz.Once),
        ("host-list", () => HostlistFuzz.Once),
        ("sacct-scontrol", () => SchedulerFuzz.Once),
        ("job-events", () => JobEventFuzz.Once),
        ("config", () => ConfigFuzz.Once),
        ("recording", () => RecordingFuzz.Once),
        ("catalogue", () => CatalogueFuzz.Once),
        ("query-answer", () => QueryAnswerFuzz.Once),
        ("rule-file", () => RuleFileFuzz.Once),
        ("messagepack", () => WireFuzz.Once),
        ("log-segment", () => new SegmentFuzz().Next),
    ];

    public static Bench Create() => new("fuzz", $"random and damaged inputs to every parser, {Inputs} each (--count N, --first SEED, --only NAME)", () => Run(new BenchData(null, null, null))) { OnData = Run };

    /// <exception cref="BadDataException">A parser failed; the message holds its name and the seed.</exception>
    private static Dictionary<string, double> Run(BenchData data)
    {
        var figures = new Dictionary<string, double>();
        var count = data.Count ?? Inputs;
        var targets = data.Only is null ? Targets : [.. Targets.Where(t => t.Name == data.Only)];
        if (targets.Count == 0)
            throw new BadDataException($"--only '{data.Only}': expected one of {string.Join(", ", Targets.Select(t => t.Name))}");
        foreach (var (name, begin) in targets)
        {
            var clock = Stopwatch.StartNew();
            Watched(name, begin(), data.First, count);
            var rate = count / clock.Elapsed.TotalSeconds;
            GC.Collect();
            var heap = GC.GetTotalMemory(forceFullCollection: true) / 1048576.0;
            (figures[$"{name}_per_s"], figures[$"{name}_heap_mib"]) = (rate, heap);
            Console.WriteLine($"{name,-14} {count,10:N0} inputs  {rate,10:N0}/s  {heap,6:F0} MiB of live memory after it");
        }
        figures["peak_rss_mib"] = ProcessMemory.PeakBytes / 1048576.0;
        Console.WriteLine($"peak: {figures["peak_rss_mib"]:F0} MiB resident");
        return figures;
    }

    private static void Watched(string name, Action<int> next, int first, int count)
    {
        var at = first;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                for (var i = 0; i < count; i++)
                {
                    Volatile.Write(ref at, first + i);
                    next(first + i);
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        { IsBackground = true };
        thread.Start();
        for (var seen = -1; !thread.Join(Longest);)
        {
            if (seen == Volatile.Read(ref at))
                throw new BadDataException($"{name}: seed {seen} took longer than {Longest.TotalSeconds:0} s (tocsin bench fuzz --only {name} --seed {seen})");
            seen = Volatile.Read(ref at);
        }
        if (failure is not null)
            throw new BadDataException($"{name}: seed {at} failed (tocsin bench fuzz --only {name} --seed {at}): {failure}", failure);
    }
}
