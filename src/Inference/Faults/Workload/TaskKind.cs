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
    /// <summary>The phases' lengths follow from each other, as batch work's do: what is loaded is computed on, exchanged and written. Work that rests opens its
    /// files before its burst. So a burst is heralded by what comes before it, and the label of the last interval alone says little about the next.</summary>
    public static IReadOnlyList<TaskKind> All { get; } =
    [
        new("service", 0.17f, 0.02f, 6, 0.34f, 0.1f,
        [
            new(6, 0.5f, 0.12f, 0.04f, 0.03f, 0.01f, 0.01f),
            new(2, 0.8f, 0.34f, 0.08f, 0.06f, 0.02f, 0.02f),
        ]),
        new("etl", 0.26f, 0.08f, 4, 0.2f, 0.06f,
        [
            new(1, 0.95f, 0.15f, 0.05f, 0.05f, 0.2f, 0.05f),
            new(2, 0.9f, 0.12f, 0.05f, 0.07f, 0.64f, 0.5f),
            new(2, 0.9f, 0.44f, 0.1f, 0.08f, 0.02f, 0.02f),
            new(2, 0.9f, 0.22f, 0.66f, 0.58f, 0.02f, 0.03f),
            new(2, 0.9f, 0.04f, 0.02f, 0.02f, 0.01f, 0.02f),
        ]),
        new("scan", 0.36f, 0.04f, 6, 0.2f, 0.08f,
        [
            new(4, 0.8f, 0.05f, 0.03f, 0.03f, 0.02f, 0.01f),
            new(1, 0.95f, 0.18f, 0.22f, 0.16f, 0.02f, 0.01f),
            new(2, 0.9f, 0.26f, 0.7f, 0.55f, 0.02f, 0.01f),
        ]),
        new("archive", 0.08f, 0.15f, 6, 0.1f, 0.05f,
        [
            new(4, 0.8f, 0.04f, 0.03f, 0.03f, 0.02f, 0.01f),
            new(1, 0.95f, 0.14f, 0.04f, 0.04f, 0.2f, 0.08f),
            new(2, 0.9f, 0.1f, 0.06f, 0.05f, 0.64f, 0.58f),
        ]),
        new("build", 0.16f, 0.05f, 6, 0.16f, 0.05f,
        [
            new(3, 0.75f, 0.04f, 0.02f, 0.02f, 0.01f, 0.01f),
            new(1, 0.95f, 0.2f, 0.1f, 0.12f, 0.12f, 0.14f),
            new(3, 0.9f, 0.62f, 0.08f, 0.06f, 0.03f, 0.04f),
        ]),
        new("train", 0.3f, 0.06f, 4, 0, 0.28f,
        [
            new(1, 0.9f, 0.1f, 0.62f, 0.58f, 0.08f, 0.03f),
            new(3, 0.9f, 0.5f, 0.1f, 0.08f, 0.02f, 0.02f),
            new(2, 0.9f, 0.08f, 0.05f, 0.04f, 0.1f, 0.7f),
        ]),
        new("stream", 0.22f, 0.05f, 5, 0, 0.22f,
        [
            new(1, 0.95f, 0.1f, 0.12f, 0.2f, 0.02f, 0.02f),
            new(2, 0.9f, 0.2f, 0.3f, 0.66f, 0.02f, 0.02f),
            new(2, 0.9f, 0.3f, 0.06f, 0.05f, 0.5f, 0.58f),
            new(3, 0.8f, 0.05f, 0.04f, 0.04f, 0.02f, 0.02f),
        ]),
        new("render", 0.1f, 0.05f, 5, 0, 0.18f,
        [
            new(2, 0.9f, 0.8f, 0.06f, 0.05f, 0.02f, 0.02f),
            new(2, 0.9f, 0.1f, 0.05f, 0.05f, 0.05f, 0.64f),
            new(3, 0.8f, 0.04f, 0.03f, 0.03f, 0.02f, 0.02f),
        ]),
    ];
}
