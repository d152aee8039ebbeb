namespace Tocsin.Shared.Flow;

/// <summary>Counts of one source: sent = accepted + rejected by reason, once every request that was under way has its answer. Thread-safe.</summary>
/// <remarks>The three are counted by different hands, so that the equation is a finding and not a definition: <see cref="Sent"/> by who decodes,
/// the others by who decides.</remarks>
public sealed class SampleTally
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _rejected = new(StringComparer.Ordinal);
    private long _sent;
    private long _accepted;

    /// <summary>Samples that senders have sent, repeated ones again.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Samples that a sink has appended.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    public long Rejected
    {
        get
        {
            lock (_lock)
                return _rejected.Values.Sum();
        }
    }

    public void AddSent(long samples) => Interlocked.Add(ref _sent, samples);

    public void AddAccepted(long samples) => Interlocked.Add(ref _accepted, samples);

    /// <param name="reason">From a closed set in the code: it becomes a label.</param>
    public void AddRejected(string reason, long samples)
    {
        if (samples == 0)
            return;
        lock (_lock)
            _rejected[reason] = _rejected.GetValueOrDefault(reason) + samples;
    }

    public IReadOnlyDictionary<string, long> RejectedByReason()
    {
        lock (_lock)
            return new SortedDictionary<string, long>(_rejected, StringComparer.Ordinal);
    }
}
