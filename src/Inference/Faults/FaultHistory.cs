namespace Tocsin.Inference.Faults;

/// <summary>Intervals in the order of time and, for each host and interval, the class of fault by one truth (rule, cause, or confirmed in life),
/// or unknown. It grows at its end; labels may come late. One writer at a time, and no reader beside it.</summary>
public sealed class FaultHistory
{
    private const byte Unknown = byte.MaxValue;

    private readonly List<HostInterval> _intervals = [];
    private readonly List<byte[]> _labels = [];
    private readonly byte[] _nothing;
    private readonly HostInterval _empty;

    /// <param name="classes">Columns of a score table, <see cref="FaultClass.None"/> among them: 4 for rule labels, 5 for causes.</param>
    public FaultHistory(int hosts, int features, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hosts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        (Hosts, Features, Classes) = (hosts, features, classes);
        var absent = new float[checked(hosts * features)];
        Array.Fill(absent, float.NaN);
        _empty = new HostInterval(hosts, features, absent, []);
        _nothing = NoLabels();
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
        _labels.Add(NoLabels());
    }

    /// <summary>Appends intervals of which nothing is known, all hosts absent: where nobody looked. They cost 16 bytes each, and take no label.</summary>
    public void Skip(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _intervals.Add(_empty);
            _labels.Add(_nothing);
        }
    }

    /// <summary>Makes the intervals before <paramref name="interval"/> such of which nothing is known; the numbers of the others stay.</summary>
    public void Forget(int interval)
    {
        for (var t = Math.Min(interval, Length) - 1; t >= 0 && !ReferenceEquals(_intervals[t], _empty); t--)
            (_intervals[t], _labels[t]) = (_empty, _nothing);
    }

    /// <param name="label">Null: unknown.</param>
    public void SetLabel(int interval, int host, FaultClass? label)
    {
        if (label is { } known && (int)known >= Classes)
            throw new ArgumentOutOfRangeException(nameof(label), label, $"a class below {Classes}");
        if (!ReferenceEquals(_labels[interval], _nothing))
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

    private byte[] NoLabels()
    {
        var labels = new byte[Hosts];
        Array.Fill(labels, Unknown);
        return labels;
    }
}
