namespace Tocsin.Inference.Faults.Workload;

/// <summary>A running task: everything about it that the next interval depends on.</summary>
internal struct SimTask
{
    public int Kind;

    public int Host;

    public int Phase;

    /// <summary>Intervals of progress made in the phase; under overload less than the intervals that went by.</summary>
    public float Age;

    public int CyclesLeft;

    /// <summary>How large this one is among its kind.</summary>
    public float Scale;

    /// <summary>Slow logarithmic drift around the scale, AR(1).</summary>
    public float Level;

    /// <summary>Intervals since it was moved; a task that was just moved is not moved again.</summary>
    public int Settled;

    public Cause Cause;

    /// <summary>Intervals since the cause began.</summary>
    public int CauseAge;

    /// <summary>How fast the cause grows, share of a small host an interval.</summary>
    public float CauseRate;

    /// <summary>What it takes beyond what it would take without its cause, in the units of the resource in question.</summary>
    public float Excess;

    /// <summary>Index of the trace it follows and where it is there; -1: none.</summary>
    public int Trace;

    public int TraceAt;
}

/// <summary>What one host carries over from one interval into the next.</summary>
internal struct SimHost
{
    /// <summary>1 for 4 GB, 2 for 8 GB of memory; the rest of the hosts is alike.</summary>
    public float Size;

    /// <summary>Share of packets lost; 0: none.</summary>
    public float Loss;

    public int LossAge;

    /// <summary>Share of what was asked for that was done in the last interval.</summary>
    public float Progress;
}
