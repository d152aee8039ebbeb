using Tocsin.Actors.Faults.Intervals;
using Tocsin.Actors.Faults.Labels;
using Tocsin.Inference.Faults;

namespace Tocsin.Actors.Faults.Learning;

/// <summary>The label of a node in an interval, from records and from what was kept. Pure: the same again says the same, so labels need no store of their own.</summary>
/// <remarks>
/// A fault is what a record says is one. Healthy is what was confirmed: by an operator (a verdict <c>false</c> or <c>expected</c>, a label "normal"), or by the rule that the node
/// was there and quiet in the interval and in all that followed it for the time of settling, and that no record speaks of that time. An hour is enough for what follows a fault
/// to be there: an alert is raised within a minute, a node that hangs is down after slurmd's 300 s, health checks drain within their period, which is rarely above 15 minutes.
/// All else is not known: null, and never healthy.
/// </remarks>
public sealed class LabelRule(KeptIntervals kept, LabelBook book, FaultModelSettings settings)
{
    public FaultClass? Of(ClosedInterval interval, int place)
    {
        var node = interval.Nodes[place];
        // Who was away before has told nothing that a prediction could rest on.
        if (kept.Find(interval.Number - 1) is not { } before || kept.Place(before.Number, node) is not (>= 0 and var earlier) || !before.IsPresent(earlier))
            return null;
        var (from, until) = (interval.Number * settings.IntervalMs, (interval.Number + 1) * settings.IntervalMs);
        if (book.Of(node, from, until, out var spoken) is { } known)
            return known == FaultClass.None || IsEarly(node, from, known) ? known : null;
        return !spoken && WasQuiet(interval, place) && IsUnspoken(node, until) ? FaultClass.None : null;
    }

    /// <summary>Only the first hour of a fault bears its label.</summary>
    private bool IsEarly(Shared.NodeKey node, long fromMs, FaultClass known)
    {
        var span = FaultModelSettings.MostOfOneFault * settings.IntervalMs;
        return book.Of(node, fromMs - span, fromMs - span + settings.IntervalMs, out _) != known;
    }

    private bool WasQuiet(ClosedInterval interval, int place)
    {
        if (!interval.Quiet[place])
            return false;
        for (var later = 1; later <= settings.SettleIntervals; later++)
        {
            if (kept.Find(interval.Number + later) is not { } next || kept.Place(next.Number, interval.Nodes[place]) is not (>= 0 and var at) || !next.Quiet[at])
                return false;
        }
        return true;
    }

    private bool IsUnspoken(Shared.NodeKey node, long fromMs)
    {
        var fault = book.Of(node, fromMs, fromMs + (settings.SettleIntervals * settings.IntervalMs), out var spoken);
        return !spoken || fault == FaultClass.None;
    }
}
