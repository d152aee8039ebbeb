using Tocsin.Actors.Faults;
using Tocsin.Actors.Faults.Intervals;
using Tocsin.Actors.Faults.Labels;
using Tocsin.Actors.Faults.Learning;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;
using Tocsin.Inference.Tensors;
using Tocsin.Shared;

namespace Tocsin.Unit.Faults.Live;

/// <summary>Closed intervals of a small site in which a fault announces itself one interval before: a busy processor is followed by a fault of it, a full disk by one of the disk.</summary>
internal sealed class LiveCluster(int nodes = 8, ulong seed = 1)
{
    public const long Length = 300_000, First = 5_900_000;

    private readonly SeededRandom _random = new(seed);
    private FaultClass[] _next = new FaultClass[nodes];
    private long _number = First;

    public static FaultModelSettings Settings { get; } = new()
    {
        Settle = 8,
        MinLabels = 60,
        MinFaults = 20,
        Model = new FtMoeOptions { Width = 16, Heads = 2, ExpertHidden = 8, Experts = 4, MostActive = 2, Epochs = 24, Patience = 8, RowsPerStep = 16, Rate = 5e-3f },
        Tuning = new TuningOptions { Every = 20, LeastIntervals = 20, LeastFaults = 5, BlockIntervals = 3, ContestBlocks = 5, ContestFaults = 3, ContestMost = 60, ContestDeviations = 1, Epochs = 2 },
    };

    public IReadOnlyList<NodeKey> Nodes { get; set; } = [.. Enumerable.Range(0, nodes).Select(i => new NodeKey("c", $"n{i:D2}"))];

    /// <summary>Two kinds of warning swap what they mean.</summary>
    public bool Swapped { get; set; }

    /// <summary>Warnings mean nothing any more: faults come as often as before, and anywhere.</summary>
    public bool Random { get; set; }

    public LearnInput Next(bool labels = true)
    {
        var number = _number++;
        var values = new float[Nodes.Count * LiveFeatures.Count];
        Array.Fill(values, float.NaN);
        var (now, next) = (_next, new FaultClass[Nodes.Count]);
        List<LabelRecord> records = [];
        var quiet = new bool[Nodes.Count];
        for (var i = 0; i < Nodes.Count; i++)
        {
            var row = values.AsSpan(i * LiveFeatures.Count, LiveFeatures.Count);
            row[HostFeatures.Cpu] = _random.NextFloat(0, 0.6f);
            row[HostFeatures.Disk] = _random.NextFloat(0, 0.6f);
            var warns = _random.NextInt(20);
            if (warns == 0)
                row[HostFeatures.Cpu] = 1;
            else if (warns == 1)
                row[HostFeatures.Disk] = 1;
            if (Random)
                warns = _random.NextInt(20);
            next[i] = warns > 1 ? FaultClass.None : warns == 0 != Swapped ? FaultClass.Cpu : FaultClass.Disk;
            quiet[i] = i >= now.Length || now[i] == FaultClass.None;
            if (!quiet[i] && labels)
                records.Add(new LabelRecord($"rule {number} {Nodes[i].Name}", "c", Nodes[i].Name, LabelOrigin.Rule, now[i], number * Length, (number + 1) * Length, (number + 1) * Length, "r", ""));
        }
        _next = next;
        return new LearnInput(new ClosedInterval(number, Nodes, values, [], quiet), records, false, (number + 1) * Length);
    }
}

/// <summary>An archive in memory whose disk can be away.</summary>
internal sealed class MemoryArchive : IFaultArchive
{
    private readonly SortedDictionary<long, ClosedInterval> _intervals = [];
    private readonly Dictionary<string, LabelRecord> _labels = [];

    public Dictionary<int, FaultModel> Models { get; } = [];

    public StoredModels State { get; set; } = StoredModels.None;

    public bool Away { get; set; }

    public ArchiveContent Load()
    {
        Check();
        return new ArchiveContent([.. _intervals.Values], [.. _labels.Values], State, Models.ToDictionary());
    }

    public void Save(ClosedInterval interval)
    {
        Check();
        _intervals[interval.Number] = interval;
    }

    public void Remove(IReadOnlyList<long> intervals)
    {
        foreach (var number in intervals)
            _intervals.Remove(number);
    }

    public void Append(IReadOnlyCollection<LabelRecord> changed, LabelBook all)
    {
        Check();
        foreach (var record in changed)
            _labels[record.Key] = record;
    }

    public void Save(FaultModel model, ModelVersion version)
    {
        Check();
        Models[version.Number] = model;
    }

    public void Save(StoredModels state)
    {
        Check();
        State = state;
    }

    private void Check()
    {
        if (Away)
            throw new DependencyException("the disk is away");
    }
}
