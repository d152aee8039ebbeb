using Tocsin.Actors.Faults;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.States;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision.Deciding;

/// <summary>What each input says of a node's failure within the horizon, before it is held against what came of its words. The names are stored: they never change.</summary>
internal static class RiskInputs
{
    public const string Base = "base", Alert = "alert", Score = "score", Rules = "rules", States = "states", Faults = "faults", Mlp = "mlp";

    /// <summary>The input that is believed while too few failures were seen to compare them.</summary>
    public const string First = Alert;

    /// <param name="baseRate">0..1: chance of a node of which nothing is known.</param>
    /// <param name="alert">The gravest that is the node's own fault; null = none.</param>
    public static IReadOnlyList<(string Input, double Said)> Of(double baseRate, SuspicionRow? alert, NodeReading reading, NodeHealth health, NodeStateModel states, FaultOutlook? outlook, double horizonS)
    {
        var bySeverity = alert?.Severity switch
        {
            Severity.Critical => 0.5,
            Severity.Warning => 0.2,
            Severity.Info => 0.05,
            _ => baseRate,
        };
        var said = new List<(string, double)>(6)
        {
            (Base, baseRate),
            (Alert, Math.Max(baseRate, bySeverity)),
            (Score, Math.Max(baseRate, OfScore(alert is { Ratio: > 0 } a && !(reading.Ratio > a.Ratio) ? a.Ratio : reading.Ratio))),
            (Rules, alert is { ByRule: true } ? Math.Max(baseRate, bySeverity) : baseRate),
            (States, health == NodeHealth.Down ? baseRate : states.ChanceDown(health, horizonS)),
        };
        if (outlook is { MayAct: true })
            said.Add((Faults, Math.Clamp(outlook.Probability, 0, 1)));
        return said;
    }

    /// <summary>One half at three times the threshold, 1 % at it: where nothing was learned yet. What it is worth is in its <see cref="Checkpointing.Learning.Calibration"/>.</summary>
    private static double OfScore(double ratio) => ratio is > 0 and < double.PositiveInfinity ? 1 / (1 + Math.Exp(-4 * (Math.Log(ratio) - Math.Log(3)))) : 0;
}
