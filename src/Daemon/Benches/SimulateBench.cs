using System.Diagnostics;
using Tocsin.Actors.Simulation;
using Tocsin.Actors.Simulation.Chain;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches;

/// <summary>The whole way from the log to the sinks under crashes, fences and ports that fail, seed by seed: see <see cref="ChainScenario"/>.</summary>
internal static class SimulateBench
{
    private const int Seeds = 10_000;

    private static readonly TimeSpan Progress = TimeSpan.FromSeconds(10);

    public static Bench Create() => new(
        "simulate", $"the chain from log to sinks under crashes and failures, {Seeds} seeds, each twice (--seeds N, --first SEED, --seed ONE)", () => Run(new BenchData(null, null, null)))
    { OnData = Run };

    /// <exception cref="BadDataException">A seed failed: which, what did not hold, and its last steps.</exception>
    private static Dictionary<string, double> Run(BenchData data)
    {
        var count = data.Count ?? Seeds;
        if (count > 1)
            CrashEverywhere();
        var tally = new Tally();
        var clock = Stopwatch.StartNew();
        SimulationFailedException? failed = null;
        // Each run is of one thread, from its first step to its last.
        var workers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Work(data.First, count, tally, e => failed ??= e))).ToList();
        workers.ForEach(w => w.Start());
        foreach (var worker in workers)
        {
            while (!worker.Join(Progress))
                Console.WriteLine(tally.Line(count, clock.Elapsed));
        }
        if (failed is not null)
            throw new BadDataException($"{failed.Message}\ntocsin bench simulate --seed {failed.Seed}", failed);
        Console.WriteLine(tally.Line(count, clock.Elapsed));
        Console.WriteLine("no old epoch wrote, no offset was skipped, no alert was lost or doubled, each revision reached each sink, every seed ran twice alike");
        return new()
        {
            ["seeds"] = tally.Seeds,
            ["seeds_per_s"] = tally.Seeds / clock.Elapsed.TotalSeconds,
            ["steps"] = tally.Steps,
            ["crashes"] = tally.Crashes,
            ["virtual_h"] = tally.Virtual.TotalHours,
        };
    }

    /// <summary>One input, once for each point of the store's writes.</summary>
    private static void CrashEverywhere()
    {
        const int Input = 3;
        var calm = ChainScenario.CrashAt(Input, 0);
        if (Simulator.Run(() => calm, 1).Failure is { } early)
            throw new BadDataException(early.Message, early);
        for (var point = 1; point <= calm.Points; point++)
        {
            var at = point;
            if (Simulator.Run(() => ChainScenario.CrashAt(Input, at), 1).Failure is { } failure)
                throw new BadDataException($"a crash at point {at} of {calm.Points}: {failure.Message}", failure);
        }
        Console.WriteLine($"a crash at each of the {calm.Points} points of the store's writes of one run: the same came of it every time");
    }

    private static void Work(int first, int count, Tally tally, Action<SimulationFailedException> fail)
    {
        while (tally.Take(count) is { } next)
        {
            try
            {
                var seed = (ulong)(first + next);
                tally.Add(Simulator.Explore(() => ChainScenario.Of(seed), seed, 1, ChainScenario.Options));
            }
            catch (SimulationFailedException e)
            {
                fail(e);
                tally.Stop();
            }
        }
    }

    private sealed class Tally
    {
        private readonly Lock _gate = new();
        private int _next;
        private bool _stopped;

        public int Seeds { get; private set; }

        public long Steps { get; private set; }

        public long Crashes { get; private set; }

        public TimeSpan Virtual { get; private set; }

        public int? Take(int count)
        {
            lock (_gate)
                return _stopped || _next == count ? null : _next++;
        }

        public void Stop()
        {
            lock (_gate)
                _stopped = true;
        }

        public void Add(ExploreReport report)
        {
            lock (_gate)
            {
                Seeds++;
                Steps += report.Steps;
                Crashes += report.Crashes;
                Virtual += report.VirtualTime;
            }
        }

        public string Line(int count, TimeSpan elapsed)
        {
            lock (_gate)
                return $"{Seeds,7:N0} of {count:N0} seeds  {Seeds / elapsed.TotalSeconds,6:F1}/s  {Steps,12:N0} steps  {Crashes,7:N0} crashes  {Virtual.TotalHours,7:F1} h of virtual time";
        }
    }
}
