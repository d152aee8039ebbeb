using Tocsin.Ingest.Backfill;

namespace Tocsin.Daemon.Backtests;

/// <summary>What is fetched, in lines, before and while it is.</summary>
internal sealed class BackfillText
{
    private const int Steps = 20;

    private long _shown = -1;

    public static IEnumerable<string> Lines(BackfillPlan plan, BackfillOptions options, bool resumed)
    {
        foreach (var type in plan.Types)
            yield return $"{type.Type}: {type.Chosen.Count} of {type.Nodes} nodes, {type.Series} series each";
        var days = (options.UntilMs - options.FirstMs) / 86_400_000.0;
        yield return $"at most {plan.Points:N0} points ({days:0.##} days at {options.Step.TotalSeconds:0.###} s) in {plan.Requests:N0} requests, {options.Pause.TotalSeconds:0.###} s apart{(resumed ? "; goes on where it was" : "")}";
    }

    /// <summary>Null where the last line still says it.</summary>
    public string? Line(long done, long all)
    {
        if (done * Steps / all == _shown && done < all)
            return null;
        _shown = done * Steps / all;
        return $"{done} of {all} stretches";
    }
}
