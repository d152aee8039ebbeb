namespace Tocsin.Inference.Faults.Workload;

/// <summary>What one virtual machine of a trace used, interval by interval, in the units of <see cref="Resource.Small"/>; held disk is not in the traces.</summary>
public sealed class TaskTrace
{
    private readonly float[] _values;

    /// <param name="values">length x <see cref="HostFeatures.PaperCount"/>: MIPS, MB, MB/s, MB/s, MB, MB/s, MB/s.</param>
    public TaskTrace(string name, float[] values)
    {
        if (values.Length == 0 || values.Length % HostFeatures.PaperCount != 0)
            throw new ArgumentException($"{values.Length} values are no rows of {HostFeatures.PaperCount}", nameof(values));
        (Name, _values) = (name, values);
    }

    public string Name { get; }

    public int Length => _values.Length / HostFeatures.PaperCount;

    public float At(int interval, int resource) => _values[(interval * HostFeatures.PaperCount) + resource];
}

/// <summary>Traces to draw tasks from.</summary>
public sealed class TracePool
{
    public TracePool(IReadOnlyList<TaskTrace> traces)
    {
        ArgumentOutOfRangeException.ThrowIfZero(traces.Count);
        Traces = traces;
    }

    public IReadOnlyList<TaskTrace> Traces { get; }
}
