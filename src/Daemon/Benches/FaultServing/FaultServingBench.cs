using System.Collections.Concurrent;
using System.Diagnostics;
using Tocsin.Actors.Sinks.Streams;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Demo;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Backend;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches.FaultServing;

/// <summary>Whether a tuning of the fault model delays an alert: one daemon, a synthetic cluster through remote_write, faults one after another, in turns with tunings back to back and without any.</summary>
internal static class FaultServingBench
{
    public const string Summary = "sample to alert on the running daemon, with the fault model tuned back to back and without; --count nodes (200), --intervals faults of each (200)";

    private const int Rounds = 4, LeastFaults = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public static Bench Create() => new("faultserving", Summary, () => Run(new BenchData(null, null, null))) { OnData = Run };

    private static IReadOnlyDictionary<string, double> Run(BenchData data)
    {
        var nodes = Math.Clamp(data.Count ?? 200, 2 * Rounds * LeastFaults, 10_000);
        var faults = Math.Min((data.Intervals ?? 200) / (Rounds / 2), nodes / (2 * Rounds));
        return RunAsync(nodes, Math.Max(LeastFaults, faults)).GetAwaiter().GetResult();
    }

    private static async Task<IReadOnlyDictionary<string, double>> RunAsync(int nodes, int faults)
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-faultserving-").FullName;
        try
        {
            await using var words = new StreamWriter(Path.Combine(folder, "tocsin.log"));
            var options = Options(folder);
            var log = new OwnLog(words, options.Log, TimeProvider.System);
            await using var host = new ServeHost(options, (directory, sinks) => new StorageBackend(options, directory, sinks, log, TimeProvider.System), log, TimeProvider.System);
            await host.StartAsync(CancellationToken.None);
            try
            {
                return await MeasureAsync(host, nodes, faults);
            }
            finally
            {
                await host.StopAsync();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyDictionary<string, double>> MeasureAsync(ServeHost host, int nodes, int faults)
    {
        using var http = new HttpClient { BaseAddress = host.Address, Timeout = Limit };
        using var load = new TuningLoad(nodes);
        using var told = host.Sinks.Stream.Subscribe(AlertFilter.All, null) ?? throw new DependencyException("too many subscribers");
        var (raised, begun) = (new ConcurrentDictionary<string, (long At, ShownAlert Alert)>(), new ConcurrentDictionary<string, long>());
        var listening = ListenAsync(told, raised);
        var cluster = new FaultyCluster(http, nodes);
        var clock = new PeriodicTimer(TimeSpan.FromSeconds(1));
        // Rates need two scrapes, rules one to compare with.
        for (var i = 0; i < 5 && await clock.WaitForNextTickAsync(); i++)
            await cluster.PushAsync(NowMs(), [], default);
        var (warm, parts) = (new Part("warm"), new[] { new Part("off"), new Part("on") });
        // The first alerts of a process pay for its code being made ready; those are nobody's figures.
        for (var round = -1; round < Rounds; round++)
        {
            var part = round < 0 ? warm : parts[round % 2];
            var wanted = Enumerable.Range(0, round < 0 ? LeastFaults : faults).Select(i => (i * 2 * Rounds) + (round < 0 ? 1 : 2 * round)).ToList();
            while (part.Name != "on" && load.Busy && await clock.WaitForNextTickAsync())
                await cluster.PushAsync(NowMs(), [], default);
            var (tunings, pauses, collections) = (load.Done, GC.GetTotalPauseDuration(), GC.CollectionCount(0));
            if (part.Name == "on")
                load.Go();
            var limit = Stopwatch.StartNew();
            var next = 0;
            // Until all of the round are told of, and a tuning has ended where there is to be one: samples go on by the clock all the while.
            while (next < wanted.Count || wanted.Any(n => !raised.ContainsKey(FaultyCluster.Name(n))) || (part.Name == "on" && load.Done == tunings))
            {
                if (limit.Elapsed > Limit)
                    throw new DependencyException($"{wanted.Count(n => !raised.ContainsKey(FaultyCluster.Name(n)))} of {wanted.Count} alerts did not come within {Limit.TotalMinutes:0} minutes");
                await clock.WaitForNextTickAsync();
                next = Math.Min(wanted.Count, next + Math.Max(1, faults / 20));
                // They go on counting errors until they are told of: where this machine stands still for ten seconds, the increase over that gap is nobody's.
                List<int> broken = [.. wanted.Take(next).Where(n => !raised.ContainsKey(FaultyCluster.Name(n)))];
                var at = await cluster.PushAsync(NowMs(), broken, default);
                foreach (var node in broken)
                    begun.TryAdd(FaultyCluster.Name(node), at);
            }
            load.Rest();
            part.Tunings += load.Done - tunings;
            part.Pauses += GC.GetTotalPauseDuration() - pauses;
            part.Collections += GC.CollectionCount(0) - collections;
            foreach (var name in wanted.Select(FaultyCluster.Name))
                part.Add(Stopwatch.GetElapsedTime(begun[name], raised[name].At).TotalMilliseconds, raised[name].Alert);
        }
        told.Dispose();
        await listening;
        return Figures(nodes, parts, raised.Count - parts.Append(warm).Sum(p => p.Delays.Count));
    }

    private static async Task ListenAsync(AlertSubscription told, ConcurrentDictionary<string, (long, ShownAlert)> raised)
    {
        try
        {
            await foreach (var happened in told.Next.ReadAllAsync())
            {
                var at = Stopwatch.GetTimestamp();
                if (happened.Name != "raised")
                    continue;
                using var json = System.Text.Json.JsonDocument.Parse(happened.Data);
                var alert = ShownAlert.Of(json.RootElement);
                foreach (var node in alert.Nodes)
                    raised.TryAdd(node, (at, alert));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static Dictionary<string, double> Figures(int nodes, Part[] parts, int others)
    {
        var figures = new Dictionary<string, double> { ["nodes"] = nodes, ["other_alerts"] = others };
        Console.WriteLine($"{nodes} nodes, a scrape a second through remote_write; from the push of the sample to the alert in the stream, ms");
        Console.WriteLine("tuning   alerts  tunings     p50     p90     p99     max   collections, ms each");
        foreach (var part in parts)
        {
            var sorted = part.Delays.Order().ToList();
            double At(double share) => sorted[(int)Math.Min(sorted.Count - 1, Math.Floor(share * sorted.Count))];
            Console.WriteLine($"{part.Name,-6} {sorted.Count,8} {part.Tunings,8} {At(0.5),7:F0} {At(0.9),7:F0} {At(0.99),7:F0} {sorted[^1],7:F0} {part.Collections,8} {part.PauseMs,9:F1}");
            (figures[$"collections_{part.Name}"], figures[$"pause_ms_{part.Name}"]) = (part.Collections, part.PauseMs);
            (figures[$"alerts_{part.Name}"], figures[$"tunings_{part.Name}"]) = (sorted.Count, part.Tunings);
            (figures[$"p50_ms_{part.Name}"], figures[$"p90_ms_{part.Name}"], figures[$"p99_ms_{part.Name}"], figures[$"max_ms_{part.Name}"]) = (At(0.5), At(0.9), At(0.99), sorted[^1]);
            for (var i = 0; i < sorted.Count; i++)
                figures[$"delay_ms_{part.Name}_{i:D4}"] = sorted[i];
        }
        figures["same_content"] = parts[0].Contents.SetEquals(parts[1].Contents) ? 1 : 0;
        Console.WriteLine(figures["same_content"] == 1 ? "both ways the alerts say the same" : $"the alerts differ: {string.Join(" | ", parts[0].Contents.Concat(parts[1].Contents).Distinct())}");
        return figures;
    }

    /// <summary>Alerts at once: what is measured is the way, and not how long a finding has to last.</summary>
    private static ServeOptions Options(string folder)
    {
        var config = Path.Combine(folder, "tocsin.yaml");
        File.WriteAllText(config, $$"""
            cluster: bench
            data: '{{Path.Combine(folder, "data")}}'
            cadence: 1s
            listen: {address: '127.0.0.1:0'}
            alerts: {hold: 0s, gather: 0s, clear_after: 1h, clear_after_most: 1h, site_nodes: 1000, site_share: 1, shared_units: 100}
            learning: {enabled: false}
            fault_model: {interval: 1s, settle: 8s}
            """);
        var problems = new List<string>();
        var tree = new ConfigTree();
        ConfigLayers.File(config, tree, problems);
        return ServeOptions.Check(tree, problems, out _) ?? throw new InvalidOperationException(string.Join("; ", problems));
    }

    private static long NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class Part(string name)
    {
        public string Name => name;

        public List<double> Delays { get; } = [];

        /// <summary>What alerts say, without the node's name, its id and times.</summary>
        public HashSet<string> Contents { get; } = new(StringComparer.Ordinal);

        public long Tunings { get; set; }

        /// <summary>All threads stand still for a collection, and it waits for the last of them to do so: a thread that gets no processor makes all others wait.</summary>
        public TimeSpan Pauses { get; set; }

        public int Collections { get; set; }

        /// <summary>Of one collection, the mean.</summary>
        public double PauseMs => Collections == 0 ? 0 : Pauses.TotalMilliseconds / Collections;

        public void Add(double delayMs, ShownAlert alert)
        {
            Delays.Add(delayMs);
            Contents.Add($"{alert.Cause}/{alert.Kind}/{alert.Nodes.Count}/{alert.Summary.Replace(alert.Nodes[0], "NODE", StringComparison.Ordinal)}");
        }
    }
}
