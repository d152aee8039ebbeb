using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Workload;

/// <summary>New tasks, and on which host they start.</summary>
internal sealed class Arrivals(WorkloadOptions options)
{
    /// <summary>Mean life of a task that follows a trace, intervals.</summary>
    private const float TraceLife = 40;

    private readonly float _weight = TaskKind.All.Sum(k => k.Weight), _weightAfter = TaskKind.All.Sum(k => k.WeightAfter);

    public void Draw(ClusterState state, SeededRandom random, bool drifted)
    {
        var mean = options.Arrivals * state.Hosts.Length / 16f * (drifted ? 1.25f : 1f);
        var count = (int)MathF.Round(mean + (MathF.Sqrt(mean) * 0.8f * random.Gaussian()));
        for (var i = 0; i < count; i++)
        {
            var task = options.Traces is { } pool ? Traced(pool, random) : OfKind(random, drifted);
            task.Host = Scheduler.Calmest(state);
            Scheduler.Expect(state, task);
            state.Add(task);
        }
    }

    private SimTask OfKind(SeededRandom random, bool drifted)
    {
        var kind = 0;
        var at = random.NextFloat() * (drifted ? _weightAfter : _weight);
        for (; kind < TaskKind.All.Count - 1; kind++)
        {
            at -= drifted ? TaskKind.All[kind].WeightAfter : TaskKind.All[kind].Weight;
            if (at < 0)
                break;
        }
        return new SimTask
        {
            Kind = kind,
            Trace = -1,
            Scale = 1.3f * random.HeavyScale(0.2f),
            Level = 0.15f * random.Gaussian(),
            CyclesLeft = Geometric(random, TaskKind.All[kind].Cycles),
        };
    }

    private static SimTask Traced(TracePool pool, SeededRandom random)
    {
        var trace = random.NextInt(pool.Traces.Count);
        return new SimTask
        {
            Trace = trace,
            TraceAt = random.NextInt(pool.Traces[trace].Length),
            Scale = 1,
            CyclesLeft = Geometric(random, TraceLife),
        };
    }

    private static int Geometric(SeededRandom random, float mean) =>
        1 + (int)Math.Min(10_000, MathF.Log(1 - random.NextFloat()) / MathF.Log(1 - (1 / mean)));
}
