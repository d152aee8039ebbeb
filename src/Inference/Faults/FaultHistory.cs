namespace Tocsin.Inference.Faults;

/// <summary>Intervals in the order of time and, for each host and interval, the class of fault by one truth (rule, cause, or confirmed in life),
/// or unknown. It grows at its end; labels may come late. One writer at a time, and no reader beside it.</summary>
public sealed class FaultHistory
{
    private const byte Unknown = byte.MaxValue;

    private readonly List<HostInterval> _intervals = [];
    private readonly List<byte[]> _labels = [];

    /// <param name="classes">Columns of a score table, <see cref="FaultClass.None"/> among them: 4 for rule labels, 5 for causes.</param>
    public FaultHistory(int hosts, int features, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hosts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        (Hosts, Features, Classes) = (hosts, features, classes);
    }

    public int Hosts { get; }

    public int Features { get; }

    public int Classes { get; }

    /// <summary>Intervals by which its labels come late, in training as in life; 0 or more.</summary>
    public int LabelDelay { get; init; }

    /// <summary>Number of intervals.</summary>
    public int Length => _intervals.Count;

    public HostInterval this[int interval] => _intervals[interval];

    public FaultClass? Label(int interval, int host)
    {
        var label = _labels[interval][host];
        return label == Unknown ? null : (FaultClass)label;
    }

    /// <summary>Appends an interval whose labels are all unknown.</summary>
    public void Add(HostInterval interval)
    {
        if (interval.Hosts != Hosts || interval.Features != Features)
            throw new ArgumentException($"{interval.Hosts} hosts x {interval.Features} features in a history of {Hosts} x {Features}", nameof(interval));
        _intervals.Add(interval);
        var labels = new byte[Hosts];
        Array.Fill(labels, Unknown);
        _labels.Add(labels);
    }

    /// <param name="label">Null: unknown.</param>
    public void SetLabel(int interval, int host, FaultClass? label)
    {
        if (label is { } known && (int)known >= Classes)
            throw new ArgumentOutOfRangeException(nameof(label), label, $"a class below {Classes}");
        _labels[interval][host] = label is { } value ? (byte)value : Unknown;
    }

    /// <summary>The first <paramref name="length"/> intervals and their labels as they are now: what a training may see.</summary>
    public FaultHistory Until(int length)
    {
        var part = new FaultHistory(Hosts, Features, Classes) { LabelDelay = LabelDelay };
        for (var t = 0; t < length; t++)
        {
            part._intervals.Add(_intervals[t]);
            part._labels.Add([.. _labels[t]]);
        }
        return part;
    }
}
