namespace Tocsin.Inference.Faults.Workload;

/// <param name="Least">Intervals that it lasts at least; then it ends with <paramref name="Ends"/> in each interval.</param>
/// <param name="Cpu">This and the others: share of a host of 4 GB (<see cref="Resource.Small"/>) asked for by a task of scale 1.</param>
internal readonly record struct TaskPhase(int Least, float Ends, float Cpu, float RamRead, float RamWrite, float DiskRead, float DiskWrite)
{
    public float Share(int resource) => resource switch
    {
        HostFeatures.Cpu => Cpu,
        HostFeatures.RamRead => RamRead,
        HostFeatures.RamWrite => RamWrite,
        HostFeatures.DiskRead => DiskRead,
        HostFeatures.DiskWrite => DiskWrite,
        _ => 0,
    };
}

/// <summary>A sort of task: a cycle of phases, gone through again and again.</summary>
/// <param name="Ram">Share of a small host's memory that a task of scale 1 holds.</param>
/// <param name="Disk">Share of its disk.</param>
/// <param name="Cycles">Mean number of cycles of its life (geometric).</param>
/// <param name="Weight">Of all arrivals before and after the drift.</param>
internal sealed record TaskKind(string Name, float Ram, float Disk, float Cycles, float Weight, float WeightAfter, TaskPhase[] Phases)
{
    /// <summary>The phases' lengths follow from each other, as batch work's do: what is loaded is computed on, exchanged and written. So a burst is heralded
    /// by what comes before it, and the label of the last interval says little about the next.</summary>
    public static IReadOnlyList<TaskKind> All { get; } =
    [
        new("service", 0.14f, 0.02f, 8, 0.22f, 0.08f,
        [
            new(6, 0.5f, 0.12f, 0.04f, 0.03f, 0.01f, 0.01f),
            new(2, 0.8f, 0.34f, 0.08f, 0.06f, 0.02f, 0.02f),
        ]),
        new("etl", 0.2f, 0.08f, 4, 0.24f, 0.06f,
        [
            new(2, 0.85f, 0.12f, 0.05f, 0.07f, 0.62f, 0.46f),
            new(3, 0.85f, 0.42f, 0.08f, 0.06f, 0.02f, 0.02f),
            new(2, 0.85f, 0.22f, 0.62f, 0.54f, 0.02f, 0.03f),
            new(3, 0.7f, 0.05f, 0.03f, 0.02f, 0.01f, 0.02f),
        ]),
        new("scan", 0.3f, 0.04f, 4, 0.22f, 0.08f,
        [
            new(5, 0.8f, 0.06f, 0.03f, 0.03f, 0.02f, 0.01f),
            new(3, 0.85f, 0.26f, 0.66f, 0.5f, 0.02f, 0.01f),
        ]),
        new("archive", 0.08f, 0.15f, 4, 0.14f, 0.05f,
        [
            new(5, 0.8f, 0.05f, 0.03f, 0.03f, 0.02f, 0.01f),
            new(2, 0.85f, 0.1f, 0.06f, 0.05f, 0.6f, 0.55f),
        ]),
        new("build", 0.12f, 0.05f, 5, 0.18f, 0.05f,
        [
            new(4, 0.7f, 0.04f, 0.02f, 0.02f, 0.01f, 0.01f),
            new(3, 0.85f, 0.66f, 0.08f, 0.06f, 0.04f, 0.05f),
        ]),
        new("train", 0.26f, 0.06f, 4, 0, 0.28f,
        [
            new(1, 0.85f, 0.1f, 0.6f, 0.55f, 0.08f, 0.03f),
            new(4, 0.85f, 0.5f, 0.1f, 0.08f, 0.02f, 0.02f),
            new(2, 0.85f, 0.08f, 0.05f, 0.04f, 0.1f, 0.7f),
        ]),
        new("stream", 0.18f, 0.05f, 5, 0, 0.22f,
        [
            new(2, 0.8f, 0.2f, 0.3f, 0.62f, 0.02f, 0.02f),
            new(2, 0.8f, 0.3f, 0.06f, 0.05f, 0.5f, 0.55f),
            new(3, 0.7f, 0.06f, 0.04f, 0.04f, 0.02f, 0.02f),
        ]),
        new("render", 0.1f, 0.05f, 5, 0, 0.18f,
        [
            new(2, 0.85f, 0.8f, 0.06f, 0.05f, 0.02f, 0.02f),
            new(2, 0.85f, 0.1f, 0.05f, 0.05f, 0.05f, 0.6f),
            new(3, 0.8f, 0.05f, 0.03f, 0.03f, 0.02f, 0.02f),
        ]),
    ];
}
