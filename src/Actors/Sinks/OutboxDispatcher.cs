using System.Threading.Channels;
using Tocsin.Actors.Runtime;
using Tocsin.Shared;

namespace Tocsin.Actors.Sinks;

/// <param name="Attempt">How long one attempt may take. 1 s to 5 min.</param>
/// <param name="Poll">How often the outbox is looked at when nobody says that there is something. 100 ms to 1 min.</param>
/// <param name="GiveUpAfter">Since the commit; the row is kept with its reason. 1 min to 30 d.</param>
/// <param name="Retry">Between attempts.</param>
public sealed record DispatchOptions(TimeSpan Attempt, TimeSpan Poll, TimeSpan GiveUpAfter, Backoff Retry)
{
    public static DispatchOptions Usual { get; } =
        new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2), TimeSpan.FromDays(1), new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), 0.2));
}

/// <summary>Takes one sink's rows out of the outbox and brings them there, again and again until they arrive.</summary>
/// <remarks>Marked as delivered after the answer: a crash between the two delivers twice, never not at all.</remarks>
/// <param name="unit">0..1, from the caller's generator; called by one thread at a time.</param>
public sealed class OutboxDispatcher(IOutbox outbox, IAlertSink sink, DispatchOptions options, TimeProvider time, Func<double> unit)
{
    private const int Batch = 64;

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _delivered;
    private long _failed;
    private long _abandoned;
    private int _troubles;

    public string Sink => sink.Name;

    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Attempts that came to nothing.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public long Abandoned => Interlocked.Read(ref _abandoned);

    /// <summary>The last reason that an attempt failed; null after one that did not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>There is something in the outbox. Never blocks.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var wait = await PassAsync(stop).ConfigureAwait(false) switch
                {
                    Pass.More => TimeSpan.Zero,
                    _ => options.Poll,
                };
                _troubles = 0;
                if (wait > TimeSpan.Zero)
                    await WaitAsync(wait, stop).ConfigureAwait(false);
            }
            catch (DependencyException e)
            {
                // The outbox is away: nothing is lost by waiting, its rows are committed.
                Trouble = e.Message;
                await PauseAsync(options.Retry.Delay(++_troubles, unit()), stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Takes what is due once and attempts each.</summary>
    public async Task<Pass> PassAsync(CancellationToken stop)
    {
        var rows = await outbox.TakeDueAsync(sink.Name, Now, Batch, stop).ConfigureAwait(false);
        foreach (var together in rows.Chunk(Math.Clamp(sink.Concurrency, 1, 16)))
        {
            // Of different alerts, by the outbox's promise: none overtakes another.
            var attempts = await Task.WhenAll(together.Select(r => AttemptAsync(r, stop))).ConfigureAwait(false);
            foreach (var (row, delivery) in together.Zip(attempts))
                await SettleAsync(row, delivery, stop).ConfigureAwait(false);
        }
        return rows.Count > 0 ? Pass.More : Pass.Empty;
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<Delivery> AttemptAsync(OutboxRow row, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(options.Attempt, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            return await sink.DeliverAsync(row, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Delivery.Later($"no answer within {options.Attempt.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or DependencyException)
        {
            return Delivery.Later(e.Message);
        }
    }

    private async ValueTask SettleAsync(OutboxRow row, Delivery delivery, CancellationToken stop)
    {
        if (delivery.Delivered)
        {
            Interlocked.Increment(ref _delivered);
            Trouble = null;
            await outbox.DeliveredAsync(row, Now, stop).ConfigureAwait(false);
            return;
        }
        Interlocked.Increment(ref _failed);
        var why = Alerts.Words.SafeText.Line(delivery.Why, 300);
        Trouble = why;
        if (Now - row.CreatedMs >= (long)options.GiveUpAfter.TotalMilliseconds)
        {
            Interlocked.Increment(ref _abandoned);
            await outbox.AbandonAsync(row, why, Now, stop).ConfigureAwait(false);
            return;
        }
        var attempts = row.Attempts + 1;
        var backoff = options.Retry.Delay(attempts, unit());
        // What the other side asks for is heeded up to an hour: it is text from outside.
        var wait = delivery.RetryAfter is { } asked && asked > backoff ? TimeSpan.FromTicks(Math.Min(asked.Ticks, TimeSpan.TicksPerHour)) : backoff;
        await outbox.RescheduleAsync(row, attempts, Now + (long)wait.TotalMilliseconds, why, stop).ConfigureAwait(false);
    }

    private async Task WaitAsync(TimeSpan limit, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            await _wake.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
        }
    }

    private async Task PauseAsync(TimeSpan limit, CancellationToken stop)
    {
        try
        {
            await Task.Delay(limit, time, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }
}

/// <summary>Whether there was anything.</summary>
public enum Pass
{
    Empty,
    More,
}
