namespace Tocsin.Inference.Evaluation;

/// <summary>A 95 % interval from the bootstrap; NaN where none was made.</summary>
public readonly record struct Interval(double Low, double High)
{
    public static readonly Interval None = new(double.NaN, double.NaN);
}

/// <summary>One method on the frames outside the margins. NaN = cannot be said (no event, no normal frame, ...).</summary>
/// <param name="AucPr">Average precision.</param>
/// <param name="Events">Counted events; <paramref name="Found"/> is a mean where the method is random.</param>
/// <param name="NormalAlarmed">Share of normal frames alarmed, 0..1.</param>
/// <param name="FalsePerHour">False episodes per node-hour of normal frames.</param>
/// <param name="CalmFalsePerHour">False episodes that start in calm, per node-hour of calm frames.</param>
/// <param name="DelayMedian">Seconds from an event's start to the episode that found it.</param>
public sealed record MethodFigures(
    string Name, double AucRoc, double AucPr, int Events, double Found, double NormalAlarmed, double FalseEpisodes, double FalsePerHour,
    double CalmFalsePerHour, double DelayMedian, double DelayP90, double Coverage)
{
    public double Recall => Events == 0 ? double.NaN : Found / Events;
}

public sealed record FaultFigures(string Fault, int Events, int Found, double DelayMedian);

public sealed record PointAdjusted(double Precision, double Recall, double F1, double AucRoc, double AucPr);

/// <param name="CalmFalse">False episodes that start in calm.</param>
/// <param name="NormalAlarmedLate">Of the normal frames alarmed, the share within the grace after an event: the tail of a true alarm.</param>
/// <param name="References">From the same run and the same frames: random alarms, baselines at our share of normal frames alarmed.</param>
public sealed record EvalReport(
    int Nodes, int Segments, long Frames, long Kept, long Normal, long Faulty, long Unknown, double NormalHours, double CalmHours, int CalmFalse,
    int EventsSeen, int Episodes, double NormalAlarmedLate, MethodFigures Own, IReadOnlyList<MethodFigures> References, IReadOnlyList<FaultFigures> ByFault,
    PointAdjusted Adjusted, IReadOnlyDictionary<string, Interval> Intervals);
