using Tocsin.Inference.Learning;

namespace Tocsin.Daemon.Commands;

/// <summary>What a library holds, for people.</summary>
internal static class LibrarySummary
{
    public static void Print(TextWriter output, PatternLibrary library)
    {
        var report = library.Report;
        output.WriteLine($"learned     from {report.Data}: {report.Segments} segments, {report.Frames} frames ({report.TooShort} segments too short)");
        output.WriteLine($"metrics     {library.Plan.Count} kept, {library.Plan.Dropped.Count} left out");
        foreach (var dropped in library.Plan.Dropped)
            output.WriteLine($"            - {dropped.Name}: {dropped.Reason}");
        output.WriteLine($"patterns    {library.Patterns.Patterns.Count}");
        foreach (var pattern in library.Patterns.Patterns)
            output.WriteLine($"            - {pattern.Name}: {pattern.Members.Length} segment{(pattern.Members.Length == 1 ? "" : "s")}, {pattern.Frames} frames{(pattern.Small ? ", alone" : "")}");
        output.WriteLine($"model       {library.Pooled.Model.Shape.Layers} layers, width {library.Pooled.Model.Shape.Width}, {library.Pooled.Model.Shape.Experts} experts; "
            + $"held-out WMSE {report.Figures.GetValueOrDefault("wmse_held_out", double.NaN):F3}; least expert {report.Figures.GetValueOrDefault("expert_share_least"):P0} of tokens");
        var t = library.Thresholds;
        if (BudgetChoice.Of(library) is { } budget)
        {
            output.WriteLine($"threshold   score {t.Surprise:F2} (evidence {t.Evidence:F2}) for {budget.PerDay:G4} alerts a day of {budget.Nodes} nodes: {budget.Seen} in {budget.Hours:F2} held-out node-hours, {budget.Allowed:F2} allowed{(budget.Extrapolated ? "; extrapolated" : "")}");
            return;
        }
        output.WriteLine($"threshold   score {t.Surprise:F2} (evidence {t.Evidence:F2}) for {t.FalseEpisodesPerHour:G3} false episodes per node-hour"
            + (t.Extrapolated ? $": extrapolated, {report.Figures.GetValueOrDefault("held_out_hours"):F2} calm hours cannot show that rate; the robust bound stands in (fitted tail: {t.Calibrated:F2})" : ""));
    }
}
