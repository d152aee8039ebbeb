namespace Tocsin.Ingest.Identity;

/// <summary>Which of several scrapers of one node is listened to. By the samples' own times, so that it comes out the same whenever it is worked out.</summary>
/// <param name="Elected">Null before the first sample.</param>
/// <param name="LastMs">The latest sample of the elected one, unix milliseconds.</param>
public readonly record struct ReplicaElection(string? Elected, long LastMs)
{
    /// <summary>Whether a batch is taken, and the state after it. The elected one is left only when another one speaks more than
    /// <paramref name="silenceMs"/> after its last sample: two clocks that differ by less than that never take turns.</summary>
    public (bool Taken, ReplicaElection Next) Decide(string replica, long timeMs, long silenceMs)
    {
        if (Elected is null || timeMs - LastMs > silenceMs)
            return (true, new ReplicaElection(replica, timeMs));
        return replica == Elected
            ? (true, this with { LastMs = Math.Max(LastMs, timeMs) })
            : (false, this);
    }
}
