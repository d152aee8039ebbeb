using System.Runtime.CompilerServices;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Rules;

/// <summary>What a rule holds a metric against. A closed set: the engine switches over it.</summary>
public abstract record RuleCondition
{
    private RuleCondition()
    {
    }

    /// <summary>Over it now.</summary>
    public sealed record Above(double Limit) : RuleCondition;

    /// <summary>Under it now.</summary>
    public sealed record Below(double Limit) : RuleCondition;

    /// <summary>Events of a counter: at least so many within the time. Of a metric that is a rate.</summary>
    public sealed record Increase(double AtLeast, TimeSpan Within) : RuleCondition;

    /// <summary>At least so much over the lowest that the node ever showed.</summary>
    public sealed record Gained(double AtLeast) : RuleCondition;

    /// <summary>At least so much under the highest that the node ever showed.</summary>
    public sealed record Lost(double AtLeast) : RuleCondition;

    /// <summary>Became one of these; holds for the time, since such a gauge never goes back. What stood there at first is no change.</summary>
    public sealed record ChangedTo(IReadOnlyDictionary<long, string> Meanings, TimeSpan Within) : RuleCondition;
}

/// <summary>What is never right.</summary>
/// <param name="Name">Lower-case words joined by '-'.</param>
/// <param name="Metric">Of the catalogue.</param>
/// <param name="For">How long it must hold without a break.</param>
/// <param name="Says">With {value}, {was}, {window}, {meaning}, {device}.</param>
public sealed record Rule(string Name, string Metric, RuleCondition Condition, TimeSpan For, Severity Severity, FaultKind Kind, string Says);

public sealed record RuleSet(IReadOnlyList<Rule> Rules)
{
    private readonly ConditionalWeakTable<MetricSchema, int[]> _columns = [];

    public static RuleSet None { get; } = new([]);

    /// <summary>-1 = there is none.</summary>
    public int IndexOf(string name)
    {
        var at = Rules.Count - 1;
        while (at >= 0 && Rules[at].Name != name)
            at--;
        return at;
    }

    /// <summary>The column of each rule's metric, -1 where the schema has none. Looked up once a schema: nodes share them by the thousand. Any thread.</summary>
    internal int[] ColumnsOf(MetricSchema metrics) => _columns.GetValue(metrics, m => [.. Rules.Select(r => m.IndexOf(r.Metric))]);

    /// <summary>What comes with the product, with what a site's own file changes: rules of the same name take the place of ours, disabled ones go.</summary>
    public RuleSet With(RuleSet own, IReadOnlyCollection<string> disabled) => new(
        [.. Rules.Where(r => own.Rules.All(o => o.Name != r.Name)).Concat(own.Rules).Where(r => !disabled.Contains(r.Name))]);
}
