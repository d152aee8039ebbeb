using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Findings;

/// <summary>When a finding that goes on is worth sending again: findings cross the log, so a steady one costs one record in five minutes.</summary>
internal static class SentFinding
{
    public const long RefreshMs = 5 * 60_000;

    /// <summary>Half as bad again is news.</summary>
    private const float Worse = 1.5f;

    public static bool IsDue(Finding sent, FindingContext context, float score, long nowMs) =>
        sent.Job != context.Job
        || sent.JobNodes != context.JobNodes
        || score > Worse * sent.Score
        || nowMs - sent.AtMs >= RefreshMs;

    public static Finding Over(Finding sent, long nowMs) => sent with { Active = false, AtMs = nowMs };
}
