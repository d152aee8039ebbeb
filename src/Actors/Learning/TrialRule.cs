using System.Globalization;
using Tocsin.Inference.Growth;

namespace Tocsin.Actors.Learning;

/// <summary>Whether what was learned may become a version, by what it and the one before it make of segments that it did not see.</summary>
public static class TrialRule
{
    /// <summary>What is worse by less is not worse: figures of a few segments.</summary>
    private const double Slack = 1.01;

    /// <summary>Share of held-out segments that have to match something.</summary>
    private const double LeastMatched = 0.5;

    /// <returns>Why it may not; null = it may.</returns>
    public static string? RefusesFirst(TrialFigures held, LearnRules rules) =>
        held.Matched < LeastMatched * held.Segments ? $"{held.Matched} of {held.Segments} held-out segments match a pattern"
        : TooManyAlarms(held, rules);

    /// <param name="pattern">The new one's number.</param>
    /// <param name="heldBefore">Held-out segments of the new kind, by the library before.</param>
    /// <param name="knownBefore">Kept segments of all other patterns, by the library before.</param>
    public static string? RefusesPattern(int pattern, TrialFigures heldBefore, TrialFigures held, TrialFigures knownBefore, TrialFigures known, LearnRules rules)
    {
        var matched = held.Patterns.Count(p => p == pattern);
        if (2 * matched <= held.Segments)
            return $"{matched} of {held.Segments} held-out segments match it";
        if (!(held.Error < heldBefore.Error))
            return Text($"its error on held-out segments is {held.Error:G4}, that of all patterns together {heldBefore.Error:G4}");
        var same = knownBefore.Patterns.Zip(known.Patterns).Count(p => p.First == p.Second);
        if (same < rules.LeastSame * known.Segments)
            return $"it takes segments from other patterns: {same} of {known.Segments} match what they matched before";
        if (known.Segments > 0 && known.Error > Slack * knownBefore.Error)
            return Text($"the error on known segments rises from {knownBefore.Error:G4} to {known.Error:G4}");
        if (known.Raised > knownBefore.Raised)
            return $"frames of known segments that are alarmed rise from {knownBefore.Raised} to {known.Raised}";
        return TooManyAlarms(held, rules);
    }

    public static string? RefusesTuning(TrialFigures heldBefore, TrialFigures held) =>
        held.Error > heldBefore.Error ? Text($"its error on held-out segments rises from {heldBefore.Error:G4} to {held.Error:G4}")
        : held.Alarmed > heldBefore.Alarmed ? $"frames of held-out segments that are alarmed rise from {heldBefore.Alarmed} to {held.Alarmed}"
        : null;

    private static string? TooManyAlarms(TrialFigures held, LearnRules rules) =>
        held.AlarmedShare <= rules.MostAlarmed ? null : Text($"{held.AlarmedShare:P1} of held-out frames would be alarmed, expected at most {rules.MostAlarmed:P1}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
