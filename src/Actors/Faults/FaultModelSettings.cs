using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;

namespace Tocsin.Actors.Faults;

/// <summary>How the fault model is fed and learned. Every number is checked where it is read.</summary>
public sealed record FaultModelSettings
{
    /// <summary>Classes of a score table, with "no fault".</summary>
    public const int Classes = 5;

    /// <summary>Host-intervals of one fault that count towards <see cref="MinLabels"/>, and that bear its label: an hour of them. A node that is broken for a week says the same thing
    /// all week.</summary>
    public const int MostOfOneFault = 12;

    /// <summary>Host-intervals of a class below which it is no second class.</summary>
    public const int LeastOfClass = 20;

    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Intervals after which labels are taken as they are: what had no finding, no alert and no node event by then was healthy. At least as many as a prediction looks back,
    /// so that no label is among the inputs, in training as in life.</summary>
    public int Settle { get; init; } = 12;

    /// <summary>Labelled faulty host-intervals, each fault counting <see cref="MostOfOneFault"/> at most, before the first model is trained. At 200 a share such as the recall has a
    /// standard error of at most 3.5 points; with far fewer nobody could say whether the model is better than nothing.</summary>
    public int MinLabels { get; init; } = 200;

    /// <summary>Separate faults among them: host-intervals of one fault are hardly independent.</summary>
    public int MinFaults { get; init; } = 20;

    /// <summary>For intervals, predictions that wait for labels, and a training.</summary>
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>Of the model and its first training.</summary>
    public FtMoeOptions Model { get; init; } = new();

    public TuningOptions Tuning { get; init; } = new() { LeastIntervals = 20 };

    public ulong Seed { get; init; } = 1;

    public long IntervalMs => (long)Interval.TotalMilliseconds;

    public int SettleIntervals => Math.Max(Settle, IFaultPredictor.PastIntervals);
}
