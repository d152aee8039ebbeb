using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Rules;

/// <summary>What one rule remembers of one node. Plain, so that a node's row can hold it; a rule without one has seen nothing yet.</summary>
public sealed partial class RuleState
{
    /// <summary>Increases that are told apart within a window; beyond it the two oldest become one, which can only end a finding early by their distance.</summary>
    internal const int MaxIncreases = 16;

    public required string Rule { get; init; }

    /// <summary>The last value, and when; NaN before the first.</summary>
    public double Last { get; set; } = double.NaN;

    public long LastMs { get; set; }

    /// <summary>The lowest or highest that was ever seen; NaN before the first.</summary>
    public double Reference { get; set; } = double.NaN;

    /// <summary>Since when the condition holds without a break; null = it does not.</summary>
    public long? TrueSinceMs { get; set; }

    /// <summary>When it became a code that is told of, and which.</summary>
    public long ChangedMs { get; set; }

    public long Code { get; set; }

    /// <summary>Null before the first.</summary>
    public List<(long AtMs, double By)>? Increases { get; set; }

    /// <summary>As it was last told; null = nothing is found.</summary>
    public Finding? Sent { get; set; }
}
