namespace Tocsin.Inference.Faults.Workload;

/// <summary>What is simulated. The same options give the same numbers.</summary>
public sealed record WorkloadOptions
{
    /// <summary>Of the generator. A change of any number that it makes is a new version; figures name the version they were taken on.</summary>
    public const int Version = 1;

    /// <summary>2 to 100,000; the first half has 4 GB, the second 8 GB.</summary>
    public int Hosts { get; init; } = 16;

    /// <summary>1 to 10,000,000.</summary>
    public int Intervals { get; init; } = 10_000;

    public ulong Seed { get; init; } = 1;

    /// <summary>Mean number of tasks that arrive in an interval for each 16 hosts; the number is Gaussian, rounded, never below 0.</summary>
    public float Arrivals { get; init; } = 0.36f;

    /// <summary>From this interval on: other kinds of task, a quarter more of them, small hosts made large and large ones small, more causes. Null: never.</summary>
    public int? DriftAt { get; init; }

    /// <summary>Traces that tasks follow instead of phases; null: none.</summary>
    public TracePool? Traces { get; init; }

    /// <summary>Intervals run before the first one that is shown: fills the hosts and the windows of the percentiles.</summary>
    internal const int WarmUp = RuleLabels.Window;

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Hosts, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Hosts, 100_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(Intervals, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Intervals, 10_000_000);
        if (!(Arrivals is >= 0 and <= 1000))
            throw new ArgumentOutOfRangeException(nameof(Arrivals), Arrivals, "0 to 1000");
    }
}
