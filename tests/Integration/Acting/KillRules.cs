namespace Tocsin.Integration.Acting;

/// <summary>What may come of an action whose daemon was killed.</summary>
internal static class KillRules
{
    /// <summary>It has ended: done, without effect, or for a human; what names it as done or as failed is what Slurm shows; and only a signal may have been sent twice.</summary>
    public static void Check(KillOutcome o)
    {
        var committed = o.Step switch { "proposed" => "proposed", "approved" => "approved", _ => "started" };
        Assert.True(o.Was == committed, $"the daemon was to be killed at {committed}: {o}");
        Assert.True(o.Is is "done" or "failed" or "refused" or "unknown", $"it has not ended: {o}");
        Assert.True(o.Effects <= (o.Kind == "signal" ? 2 : 1), $"too many effects: {o}");
        Assert.True(o.Is != "done" || o.Effects >= 1, $"done, and nothing was done: {o}");
        Assert.True(o.Is is not ("failed" or "refused") || o.Effects == 0, $"failed, and something was done: {o}");
        // Before Started is committed nothing can have been begun: the successor goes on.
        Assert.True(o.Step is not ("proposed" or "approved") || o.Is == "done", $"nothing had begun, and it was not gone on with: {o}");
    }
}
