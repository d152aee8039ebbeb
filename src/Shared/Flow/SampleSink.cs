namespace Tocsin.Shared.Flow;

/// <summary>What a source hands samples to: the log, or a test. Called by many sources at once.</summary>
/// <remarks>The batches and the lists in them are the sink's until its answer is there, and no longer: a source fills the same memory again. A sink
/// writes them out or copies them; only <see cref="SeriesId"/> and <see cref="NodeKey"/> may be kept. A source may send a batch again to which
/// it got no <see cref="Appended"/>: duplicates are told after the log, by (series, timestamp).</remarks>
public interface ISampleSink
{
    /// <summary>All of the batches, or none: a sender that repeats them must not find half of them there already more often than it has to.
    /// Failures are answers, not exceptions; only cancellation throws.</summary>
    ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop);
}

/// <summary>What became of an append.</summary>
public abstract record AppendResult
{
    private protected AppendResult()
    {
    }

    public static AppendResult Done { get; } = new Appended();
}

/// <summary>The samples survive <c>kill -9</c>; a sender may be told so.</summary>
public sealed record Appended : AppendResult;

/// <summary>Nothing was taken: more than can be had is under way. Nothing is broken.</summary>
/// <param name="RetryAfter">At least this long; the sender adds jitter of its own.</param>
public sealed record Overloaded(TimeSpan RetryAfter) : AppendResult;

/// <summary>Nothing was taken: disk full, partition not owned, log closed.</summary>
/// <param name="Reason">One line for the sender and the operator.</param>
public sealed record Unavailable(string Reason) : AppendResult;
