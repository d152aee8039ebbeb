using System.Text.Json.Serialization;
using Tocsin.Actors.Faults.Intervals;
using Tocsin.Actors.Faults.Labels;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Faults.Learning;

/// <summary>What there is to learn from now.</summary>
/// <param name="Closed">Null: nothing was closed; only labels, a wish, or nothing.</param>
/// <param name="RollBack">The version that served before is to serve again.</param>
/// <param name="States">What the scheduler said of nodes since, in the order in which it came.</param>
public sealed record LearnInput(ClosedInterval? Closed, IReadOnlyList<LabelRecord> Labels, bool RollBack = false, long NowMs = 0, IReadOnlyList<NodeState>? States = null)
{
    public static LearnInput Nothing { get; } = new(null, []);
}

/// <param name="Serving">Null: none does, and <see cref="FaultStatus.Why"/> says why.</param>
/// <param name="Recent">The newest intervals that are kept, in order: what a prediction looks back at.</param>
/// <param name="RolledBack">Of an input that wished it: whether there was one to go back to.</param>
public sealed record LearnAnswer(FaultStatus Status, ServedModel? Serving, IReadOnlyList<ClosedInterval> Recent, bool RolledBack);

/// <param name="WhyNot">Why no action may rest on it; null: it may.</param>
public sealed record ServedModel(int Version, FaultModel Model, string? WhyNot);

/// <summary>How one day's predictions did once their labels had come: a fault was said where its probability was above 0.5.</summary>
/// <param name="Day">Days since 1970.</param>
/// <param name="Version">That served at the day's end.</param>
/// <param name="RightClass">Of the faults, those whose class was the likeliest of the classes of fault.</param>
public sealed record DayFigures(long Day, int Version, long Labelled, long Faults, long TruePositives, long FalsePositives, long RightClass)
{
    [JsonIgnore]
    public double Accuracy => Labelled == 0 ? double.NaN : (Labelled - FalsePositives - (Faults - TruePositives)) / (double)Labelled;

    [JsonIgnore]
    public double Precision => TruePositives + FalsePositives == 0 ? double.NaN : TruePositives / (double)(TruePositives + FalsePositives);

    [JsonIgnore]
    public double Recall => Faults == 0 ? double.NaN : TruePositives / (double)Faults;
}

/// <summary>A contest under way.</summary>
public sealed record ContestView(int Challenger, int Champion, int Intervals, int IntervalsWanted, long Labels, long Faults, double Loss, double ChampionLoss);

/// <summary>How the fault model stands, for those who look.</summary>
/// <param name="Serving">Version; 0: none.</param>
/// <param name="Why">Why none serves; null where one does.</param>
/// <param name="Actable">Whether an action may rest on it, and else why not.</param>
/// <param name="Activations">Of each expert of the serving model, in this window of tuning.</param>
/// <param name="Unwanted">Inputs in this window that no expert wanted.</param>
/// <param name="Base">The interval number that versions count from.</param>
/// <param name="LastInterval">The number of the newest interval; 0: none yet.</param>
/// <param name="Quality">Of the version that serves; null: none does.</param>
public sealed record FaultStatus(
    int Serving, string? Why, bool Actable, string? WhyNotActable, IReadOnlyList<ModelVersion> Versions, IReadOnlyList<int> Earlier, IReadOnlyList<long> Activations, long Inputs, long Unwanted,
    IReadOnlyList<LabelCount> Labels, IReadOnlyList<DayFigures> Days, ContestView? Contest, long Base, int IntervalsKept, long LastInterval, VersionQuality? Quality = null)
{
    public static FaultStatus New { get; } = new(0, "nothing was read yet", false, "no model serves", [], [], [], 0, 0, [], [], null, 0, 0, 0);
}

/// <summary>What is stored of the versions beside their weights.</summary>
/// <param name="TriedLabels">Labelled faulty host-intervals of the last first training that was refused; 0: none was.</param>
/// <param name="IntervalMs">Of an interval: what numbers of intervals mean.</param>
/// <param name="Quality">Of the versions that can serve; null: from before it was kept.</param>
public sealed record StoredModels(
    int Format, long Base, IReadOnlyList<ModelVersion> All, IReadOnlyList<int> Served, IReadOnlyList<DayFigures> Days, int TriedLabels, long IntervalMs = 0, IReadOnlyList<VersionQuality>? Quality = null)
{
    public const int Newest = 1;

    public static StoredModels None { get; } = new(Newest, 0, [], [], [], 0);
}

/// <param name="Models">Of <see cref="StoredModels.Served"/>, as far as they can be read.</param>
public sealed record ArchiveContent(IReadOnlyList<ClosedInterval> Intervals, IReadOnlyList<LabelRecord> Labels, StoredModels State, IReadOnlyDictionary<int, FaultModel> Models);

/// <summary>Where intervals, labels and versions outlive the process. Each call is done when it returns, and may be done again. One thread at a time.</summary>
public interface IFaultArchive
{
    /// <exception cref="Shared.DependencyException">The disk refuses.</exception>
    ArchiveContent Load();

    /// <exception cref="Shared.DependencyException">The disk refuses.</exception>
    void Save(ClosedInterval interval);

    /// <summary>What cannot be removed is removed at the next load.</summary>
    void Remove(IReadOnlyList<long> intervals);

    /// <param name="all">Everything that is known now, <paramref name="changed"/> included.</param>
    /// <exception cref="Shared.DependencyException">The disk refuses.</exception>
    void Append(IReadOnlyCollection<LabelRecord> changed, LabelBook all);

    /// <exception cref="Shared.DependencyException">The disk refuses.</exception>
    void Save(FaultModel model, ModelVersion version);

    /// <summary>Weights that it does not name any more go.</summary>
    /// <exception cref="Shared.DependencyException">The disk refuses.</exception>
    void Save(StoredModels state);
}
