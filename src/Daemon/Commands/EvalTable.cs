using System.Globalization;
using Tocsin.Inference.Evaluation;

namespace Tocsin.Daemon.Commands;

/// <summary>An <see cref="EvalReport"/> as text for people; every line says what it counts.</summary>
internal static class EvalTable
{
    public static void Print(TextWriter to, EvalReport r, EvalOptions o)
    {
        to.WriteLine($"{r.Nodes} node(s), {r.Segments} segment(s), {r.Frames} frames; {r.Kept} of them outside the margins ({o.MarginStart.TotalSeconds:0.##} s after a segment's start, {o.MarginEnd.TotalSeconds:0.##} s before its end):");
        to.WriteLine($"  {r.Normal} normal ({Text(r.NormalHours, "0.00")} node-hours, {Text(r.CalmHours, "0.00")} of them calm: over {o.CalmDistance.TotalSeconds:0.##} s from any event), {r.Faulty} within an event, {r.Unknown} of unknown truth");
        to.WriteLine($"  {r.Own.Events} of {r.EventsSeen} event(s) count: at least {o.MinEventFrames} frames outside the margins");
        to.WriteLine();
        Figure(to, "AUC-ROC (pooled, unadjusted)", r.Own.AucRoc, "0.000", r, "auc_roc");
        Figure(to, "AUC-PR (average precision)", r.Own.AucPr, "0.000", r, "auc_pr");
        Figure(to, $"event recall ({r.Own.Found:0} of {r.Own.Events} found)", r.Own.Recall, "0.000", r, "recall");
        Figure(to, "false episodes per node-hour", r.Own.FalsePerHour, "0.00", r, "false_per_hour");
        Figure(to, $"  in calm ({r.CalmFalse} in all)", r.Own.CalmFalsePerHour, "0.00", r, "calm_false_per_hour");
        Figure(to, "share of normal frames alarmed", r.Own.NormalAlarmed, "0.0000", r, "normal_alarmed");
        to.WriteLine($"  {"  of these within " + o.Grace.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture) + " s after an event",-42} {Text(r.NormalAlarmedLate, "0.000"),8}");
        to.WriteLine($"  {"delay, median / 90 % (s)",-42} {Text(r.Own.DelayMedian, "0.0"),8} / {Text(r.Own.DelayP90, "0.0")}");
        to.WriteLine($"  {"coverage (share of frames scored)",-42} {Text(r.Own.Coverage, "0.0000"),8}");
        to.WriteLine($"  {"alarm episodes, false ones",-42} {r.Episodes,8} , {r.Own.FalseEpisodes:0}");
        to.WriteLine();
        to.WriteLine($"{"beside it, same frames",-34} {"ROC",6} {"PR",6} {"found",9} {"normal",8} {"false/h",8} {"calm/h",8} {"delay",6}");
        Row(to, r.Own);
        foreach (var reference in r.References)
            Row(to, reference);
        to.WriteLine("(methods named base_ are cut where they alarm as large a share of normal frames as tocsin does)");
        to.WriteLine();
        to.WriteLine($"{"kind of fault",-34} {"found",9} {"delay",6}");
        foreach (var fault in r.ByFault)
            to.WriteLine($"{Safe(fault.Fault, 34),-34} {fault.Found + "/" + fault.Events,9} {Text(fault.DelayMedian, "0.0"),6}");
        to.WriteLine();
        var p = r.Adjusted;
        to.WriteLine($"point-adjusted (flatters; for comparison with papers only): P {Text(p.Precision, "0.000")} R {Text(p.Recall, "0.000")} F1 {Text(p.F1, "0.000")} ROC {Text(p.AucRoc, "0.000")} PR {Text(p.AucPr, "0.000")}");
    }

    public static void PrintPaper(TextWriter to, (PaperFigures Raw, PaperFigures Adjusted)? paper)
    {
        to.WriteLine();
        to.WriteLine("published protocol: k-sigma (window 60, k 3) per file, averages over files that hold a fault");
        if (paper is not { } figures)
        {
            to.WriteLine("  no file holds a fault");
            return;
        }
        Line("unadjusted", figures.Raw);
        Line("point-adjusted (flatters)", figures.Adjusted);
        void Line(string name, PaperFigures f) =>
            to.WriteLine($"  {name,-28} P {Text(f.Precision, "0.000")} R {Text(f.Recall, "0.000")} F1 {Text(f.F1, "0.000")} ROC {Text(f.AucRoc, "0.000")} PR {Text(f.AucPr, "0.000")}");
    }

    private static void Figure(TextWriter to, string name, double value, string format, EvalReport report, string interval)
    {
        to.Write($"  {name,-42} {Text(value, format),8}");
        if (report.Intervals.TryGetValue(interval, out var i))
            to.Write($"   [{Text(i.Low, format)}, {Text(i.High, format)}]");
        to.WriteLine();
    }

    private static void Row(TextWriter to, MethodFigures m) =>
        to.WriteLine($"{Safe(m.Name, 34),-34} {Text(m.AucRoc, "0.000"),6} {Text(m.AucPr, "0.000"),6} {m.Found.ToString("0.#", CultureInfo.InvariantCulture) + "/" + m.Events,9} {Text(m.NormalAlarmed, "0.0000"),8} {Text(m.FalsePerHour, "0.0"),8} {Text(m.CalmFalsePerHour, "0.0"),8} {Text(m.DelayMedian, "0.0"),6}");

    internal static string Text(double value, string format) => double.IsNaN(value) ? "-" : value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Names come from files: nothing that moves a terminal's cursor gets through.</summary>
    internal static string Safe(string name, int width)
    {
        var shown = string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
        return shown.Length <= width ? shown : shown[..(width - 3)] + "...";
    }
}
