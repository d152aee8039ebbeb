using Tocsin.Shared;

namespace Tocsin.Ingest.Catalogues;

/// <summary>How one value is made of the values of several devices.</summary>
internal enum Aggregation
{
    Sum,
    Mean,
    Max,
    Min,

    /// <summary>Largest less smallest; a metric of its own only where there are two devices.</summary>
    Spread,

    /// <summary>How many devices have a value: one that fell off its bus takes its series with it.</summary>
    Count,
}

/// <param name="Sign">+1 or -1.</param>
internal readonly record struct Term(Selector Selector, int Sign);

/// <summary>One output metric. Per device (the values of the labels <paramref name="By"/>; empty = the node is one device) the series of each term are
/// summed, the terms added up and divided by <paramref name="Over"/> where it is given; then the devices are aggregated.</summary>
internal sealed record MetricRule(Metric Metric, Aggregation Aggregation, IReadOnlyList<string> By, IReadOnlyList<Term> Terms, IReadOnlyList<Term> Over)
{
    public int Cells => Terms.Count + Over.Count;

    public Selector SelectorAt(int cell) => cell < Terms.Count ? Terms[cell].Selector : Over[cell - Terms.Count].Selector;
}

/// <summary>What becomes of series that no rule names.</summary>
/// <param name="MaxSeries">Label sets of one name that are taken; 0 = unnamed series are left out.</param>
/// <param name="Counters">Globs of names that are counters; all others are gauges.</param>
internal sealed record RestRule(int MaxSeries, IReadOnlyList<string> Counters)
{
    public static RestRule Off { get; } = new(0, []);
}

/// <summary>Values that stand for "none": what a driver writes where a field is not supported, a sensor not connected, a link's speed not known.</summary>
/// <param name="From">Inclusive, as <paramref name="To"/> is.</param>
internal readonly record struct MissingRange(double From, double To)
{
    public bool Holds(double value) => value >= From && value <= To;
}

internal sealed record MissingRule(Selector Selector, IReadOnlyList<MissingRange> Ranges);
