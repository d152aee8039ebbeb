using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks;

/// <summary>Somewhere that alerts are told to. Each (alert id, revision) comes at least once, the revisions of one alert in order.</summary>
public interface IAlertSink
{
    /// <summary>Letters, digits and '-': the outbox keeps rows by it, so it stays the same from start to start.</summary>
    string Name { get; }

    /// <summary>How many alerts may be on their way at once, 1 to 16.</summary>
    int Concurrency => 1;

    /// <summary>Failures of the other side are answers. May be called again for what was delivered already.</summary>
    ValueTask<Delivery> DeliverAsync(OutboxRow row, CancellationToken stop);
}

/// <summary>What became of one attempt.</summary>
/// <param name="RetryAfter">What the other side asks for; null = the dispatcher's backoff.</param>
/// <param name="Why">One line for the log, without secrets; empty where delivered.</param>
public readonly record struct Delivery(bool Delivered, TimeSpan? RetryAfter, string Why)
{
    public static Delivery Done { get; } = new(true, null, "");

    public static Delivery Later(string why, TimeSpan? after = null) => new(false, after, why);
}

/// <summary>One change of one alert on its way to one sink.</summary>
/// <param name="Number">From a counter in committed state: rises in the order of the commits.</param>
/// <param name="CreatedMs">When it was committed, unix milliseconds.</param>
/// <param name="Attempts">So far.</param>
/// <param name="Held">It was kept back the last time, because its alert was silenced.</param>
public sealed record OutboxRow(long Number, string Sink, AlertEvent Event, long CreatedMs, int Attempts, bool Held = false);

/// <summary>Where committed changes wait for their delivery; written in the commit that made them.</summary>
/// <remarks>One dispatcher a sink takes from it, so that nothing is leased. All of it throws <see cref="Tocsin.Shared.DependencyException"/> where the
/// database is away.</remarks>
public interface IOutbox
{
    /// <summary>The sink's rows that are due, in the order of their numbers, and of each alert only the lowest revision that is not delivered: a later
    /// one must not overtake it.</summary>
    ValueTask<IReadOnlyList<OutboxRow>> TakeDueAsync(string sink, long nowMs, int limit, CancellationToken stop);

    /// <summary>The highest revision of the row's alert that waits for its sink: the row's own where nothing came after it.</summary>
    ValueTask<AlertEvent> NewestAsync(OutboxRow row, CancellationToken stop);

    ValueTask DeliveredAsync(OutboxRow row, long nowMs, CancellationToken stop);

    /// <summary>These revisions of the row's alert are not to be told to its sink any more.</summary>
    /// <param name="to">Inclusive.</param>
    /// <returns>How many there were.</returns>
    ValueTask<int> DropAsync(OutboxRow row, int from, int to, CancellationToken stop);

    ValueTask RescheduleAsync(OutboxRow row, int attempts, long dueMs, string why, CancellationToken stop);

    /// <summary>Given up: kept for the operator with its reason, never taken again.</summary>
    ValueTask AbandonAsync(OutboxRow row, string why, long nowMs, CancellationToken stop);
}
