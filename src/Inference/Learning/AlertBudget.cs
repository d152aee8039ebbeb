namespace Tocsin.Inference.Learning;

/// <summary>How many alerts a site wants to look at.</summary>
/// <param name="PerDay">Of the whole site, above 0.</param>
/// <param name="Nodes">That are watched, 1 or more: a node has its share.</param>
/// <param name="MergeFrames">Alarms of a node with at most so many quiet frames between them are one alert (<c>alerts.clear_after</c>).</param>
public sealed record AlertBudget(double PerDay, int Nodes, int MergeFrames)
{
    public double PerNodeHour => PerDay / 24 / Math.Max(1, Nodes);
}

/// <summary>What a budget came to. Kept in the library's report.</summary>
/// <param name="Hours">Node-hours that were held out of the learning, on which the threshold was chosen.</param>
/// <param name="Allowed">Alerts in so many hours, by the budget.</param>
/// <param name="Seen">At the threshold that was chosen: never more than allowed.</param>
/// <param name="Extrapolated">So few are allowed in so few hours that the fitted tail had to speak.</param>
public sealed record BudgetChoice(double PerDay, int Nodes, double Hours, double Allowed, int Seen, bool Extrapolated)
{
    private const string Prefix = "alert_budget_";

    /// <summary>Alerts a day of the whole site, if what comes is like what was held out.</summary>
    public double Expected => Seen / Hours * 24 * Nodes;

    internal void AddTo(IDictionary<string, double> figures)
    {
        figures[Prefix + "a_day"] = PerDay;
        figures[Prefix + "nodes"] = Nodes;
        figures[Prefix + "hours"] = Hours;
        figures[Prefix + "allowed"] = Allowed;
        figures[Prefix + "seen"] = Seen;
        figures[Prefix + "extrapolated"] = Extrapolated ? 1 : 0;
    }

    /// <summary>Null: its threshold came of no budget.</summary>
    public static BudgetChoice? Of(PatternLibrary library)
    {
        double? At(string name) => library.Report.Figures.TryGetValue(Prefix + name, out var value) ? value : null;
        return At("a_day") is { } perDay && At("nodes") is { } nodes && At("hours") is { } hours && At("allowed") is { } allowed && At("seen") is { } seen && At("extrapolated") is { } extrapolated
            ? new BudgetChoice(perDay, (int)nodes, hours, allowed, (int)seen, extrapolated != 0)
            : null;
    }
}
