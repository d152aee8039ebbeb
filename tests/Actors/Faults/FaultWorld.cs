using Tocsin.Actors.Faults;
using Tocsin.Actors.Faults.Intervals;
using Tocsin.Actors.Faults.Labels;
using Tocsin.Actors.Faults.Learning;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;
using Tocsin.Shared;

namespace Tocsin.ActorTests.Faults;

/// <summary>What the actor of the fault model is given and answered, without anything that learns.</summary>
internal static class FaultWorld
{
    public const long First = 1000;

    public static FaultModelSettings Settings { get; } = new() { Interval = TimeSpan.FromSeconds(10), Settle = 8 };

    /// <summary>Weights by chance: what it says is no matter here.</summary>
    public static ServedModel Model(int version = 1, string? whyNot = null)
    {
        const int features = LiveFeatures.Count;
        var scaling = new InputScaling(new float[features], [.. Enumerable.Repeat(1f, features)], new float[features], [.. Enumerable.Repeat(1f, features)]);
        var input = new HostInput(scaling, FaultModelSettings.Classes);
        var shape = new MoeShape(input.Columns, FaultModelSettings.Classes - 1, 16, 2, 2, 2) { Steps = input.Intervals };
        return new ServedModel(version, new FaultModel(MoeModel.Create(shape, (ulong)version), scaling, Calibration.None, input.Intervals, FaultModelSettings.Classes), whyNot);
    }

    public static LearnAnswer Answer(ServedModel? serving = null, IReadOnlyList<ClosedInterval>? recent = null, bool rolledBack = false) =>
        new(FaultStatus.New with { Serving = serving?.Version ?? 0, Versions = [new ModelVersion(1, 0, default, 2, 0, 0)] }, serving, recent ?? [], rolledBack);

    public static IntervalOver Over(long number, params LabelRecord[] labels) => new(Interval(number), labels, [], (number + 1) * 10_000);

    public static ClosedInterval Interval(long number)
    {
        var values = new float[2 * LiveFeatures.Count];
        Array.Fill(values, 0.25f, 0, LiveFeatures.Count);
        Array.Fill(values, float.NaN, LiveFeatures.Count, LiveFeatures.Count);
        return new ClosedInterval(number, [new NodeKey("c", "a"), new NodeKey("c", "gone")], values, [], [true, false]);
    }

    public static LabelRecord Label(string key) => new(key, "c", "a", LabelOrigin.Rule, FaultClass.Cpu, 0, null, 0, "r", "");
}
