using Tocsin.Inference.Learning;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Backtests;

/// <summary>What one would have had.</summary>
/// <param name="Data">In words.</param>
/// <param name="Learned">Patterns, in words.</param>
/// <param name="Range">That was watched.</param>
/// <param name="ExpectedFrames">Of all nodes over the range.</param>
/// <param name="Scrapes">Of all nodes, that came.</param>
internal sealed record BacktestResult(
    string Data, IReadOnlyList<string> Learned, TimeRangeMs LearnedFrom, TimeRangeMs Range, IReadOnlyList<string> Nodes, double ExpectedFrames, long Scrapes, Watched Watched, IReadOnlyList<Alert> Alerts, Hits? Hits, long LeadMs)
{
    /// <summary>What the reader has to know of the data, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What the thresholds were chosen by; null = nobody said how many alerts.</summary>
    public BudgetChoice? Budget { get; init; }

    /// <summary>Those that a threshold made: all but rules, silence and the scheduler's word.</summary>
    public int ByThreshold => Told.Count(a => a.Signs.Any(s => s.Source == FindingSource.Model));

    /// <summary>A day, of so many nodes as are here, that the budget leaves for them.</summary>
    public double BudgetPerDay => Budget is { } b ? b.PerDay * Math.Min(1, Nodes.Count / (double)b.Nodes) : double.NaN;

    public double NodeHours => Nodes.Count * Range.Hours;

    /// <summary>Told as their own; what became part of another is told as that.</summary>
    public IReadOnlyList<Alert> Told => [.. Alerts.Where(a => a.Reason != ClearReason.Merged)];

    public double AlertsPerDay => Told.Count / Range.Hours * 24;

    public double AlertsPerDayAtMost => PoissonBound.Upper95(Told.Count) / Range.Hours * 24;

    public double FalsePerNodeDay => Hits is null || NodeHours <= 0 ? double.NaN : Hits.False.Count / NodeHours * 24;

    public double FalsePerNodeDayAtMost => Hits is null || NodeHours <= 0 ? double.NaN : PoissonBound.Upper95(Hits.False.Count) / NodeHours * 24;
}
