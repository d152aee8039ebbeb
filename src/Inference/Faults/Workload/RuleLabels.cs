namespace Tocsin.Inference.Faults.Workload;

/// <summary>The paper's labels (appendix 5): CPU above 95 %; memory above 95 %, or its read or write throughput above the host's own 90th percentile; the same for the
/// disk. Where they overlap CPU counts before memory and memory before disk (the paper does not say). The percentile is of the <see cref="Window"/> intervals that
/// end at t - 1, so that the label of t rests on nothing after t and its threshold is known before it.</summary>
internal sealed class RuleLabels
{
    /// <summary>Intervals; three and a half days of five minutes each.</summary>
    public const int Window = 1000;

    private const float Full = 0.95f;

    private static readonly int[] Throughputs = [HostFeatures.RamRead, HostFeatures.RamWrite, HostFeatures.DiskRead, HostFeatures.DiskWrite];

    private readonly TrailingPercentile[] _past;
    private readonly float[] _limits;

    public RuleLabels(int hosts)
    {
        _past = new TrailingPercentile[hosts * Throughputs.Length];
        for (var i = 0; i < _past.Length; i++)
            _past[i] = new TrailingPercentile(Window, 0.9f);
        _limits = new float[_past.Length];
        Array.Fill(_limits, float.NaN);
    }

    /// <summary>Of the interval after the last <see cref="Add"/>, from its values.</summary>
    /// <param name="values">One host's, as <see cref="HostFeatures"/> names them.</param>
    public FaultClass Of(int host, ReadOnlySpan<float> values)
    {
        var at = host * Throughputs.Length;
        if (values[HostFeatures.Cpu] > Full)
            return FaultClass.Cpu;
        if (values[HostFeatures.Ram] > Full || values[HostFeatures.RamRead] > _limits[at] || values[HostFeatures.RamWrite] > _limits[at + 1])
            return FaultClass.Ram;
        return values[HostFeatures.Disk] > Full || values[HostFeatures.DiskRead] > _limits[at + 2] || values[HostFeatures.DiskWrite] > _limits[at + 3]
            ? FaultClass.Disk
            : FaultClass.None;
    }

    /// <summary>Takes an interval into the past. Once for each host and interval.</summary>
    public void Add(int host, ReadOnlySpan<float> values)
    {
        for (var i = 0; i < Throughputs.Length; i++)
        {
            var past = _past[(host * Throughputs.Length) + i];
            past.Add(values[Throughputs[i]]);
            _limits[(host * Throughputs.Length) + i] = past.Value;
        }
    }
}
