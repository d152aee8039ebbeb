using System.Threading.Channels;
using Tocsin.Actors.Runtime;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks;

/// <param name="Attempt">How long one attempt may take. 1 s to 5 min.</param>
/// <param name="Poll">How often the outbox is looked at when nobody says that there is something. 100 ms to 1 min.</param>
/// <param name="GiveUpAfter">Since the commit, and never before <see cref="LeastAttempts"/>; the row is kept with its reason. 1 min to 30 d.</param>
/// <param name="Retry">Between attempts.</param>
public sealed record DispatchOptions(TimeSpan Attempt, TimeSpan Poll, TimeSpan GiveUpAfter, Backoff Retry)
{
    /// <summary>Some minutes of trying: what is old already when it is tried first (the process was away, or its alert silenced) is not given up at once.</summary>
    public const int LeastAttempts = 10;

    public static DispatchOptions Usual { get; } =
        new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2), TimeSpan.FromDays(1), new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), 0.2));
}

/// <summary>Takes one sink's rows out of the outbox and brings them there, again and again until they arrive.</summary>
/// <remarks>Marked as delivered after the answer: a crash between the two delivers twice, never not at all.</remarks>
/// <param name="silences">Those whose alerts are kept from the sink; null = none. What is held waits in the outbox, so it is held after a restart as before it.</param>
/// <param name="unit">0..1, from the caller's generator; called by one thread at a time.</param>
public sealed class OutboxDispatcher(IOutbox outbox, IAlertSink sink, DispatchOptions options, TimeProvider time, Func<double> unit, ISilences? silences = null)
{
    private const int Batch = 64;

    /// <summary>Until the silences are known, nothing is told for so long after the start: not knowing is no reason to be quiet for longer.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan HoldFor = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AskFor = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _began = time.GetUtcNow();
    private readonly HashSet<AlertId> _held = [];

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _delivered;
    private long _failed;
    private long _abandoned;
    private long _silenced;
    private long _deliveredMs;
    private long _troubleMs;
    private int _heldNow;
    private int _troubles;

    public string Sink => sink.Name;

    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Attempts that came to nothing.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public long Abandoned => Interlocked.Read(ref _abandoned);

    /// <summary>Revisions that a silence kept from the sink for good: a later one was told in their place, or none.</summary>
    public long Silenced => Interlocked.Read(ref _silenced);

    /// <summary>The last reason that an attempt failed; null after one that did not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Any thread.</summary>
    public SinkHealth Health => new(Interlocked.Read(ref _deliveredMs), Trouble, Trouble is null ? 0 : Interlocked.Read(ref _troubleMs), Volatile.Read(ref _heldNow));

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
                Fail(e.Message);
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
            var due = new List<(OutboxRow Row, AlertEvent Event)>();
            foreach (var row in together)
            {
                if (await TurnAsync(row, stop).ConfigureAwait(false) is { } told)
                    due.Add((row, told));
            }
            var attempts = await Task.WhenAll(due.Select(d => AttemptAsync(d.Row with { Event = d.Event }, stop))).ConfigureAwait(false);
            foreach (var ((row, told), delivery) in due.Zip(attempts))
                await SettleAsync(row, told, delivery, stop).ConfigureAwait(false);
        }
        return rows.Count > 0 ? Pass.More : Pass.Empty;
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <returns>What the sink is to be told now; null = nothing of this row.</returns>
    private async ValueTask<AlertEvent?> TurnAsync(OutboxRow row, CancellationToken stop)
    {
        if (silences is null)
            return row.Event;
        var now = time.GetUtcNow();
        if (!silences.Asked && now - _began < Unknown)
        {
            await HoldAsync(row, AskFor, row.Held ? SilenceRule.Why : "the silences are not known yet", stop).ConfigureAwait(false);
            return null;
        }
        var alert = row.Event.Alert;
        var silenced = silences.IsSilenced(alert.Labels, now);
        var newest = silenced || row.Held ? await outbox.NewestAsync(row, stop).ConfigureAwait(false) : row.Event;
        var turn = SilenceRule.Decide(row.Event, newest, row.Held, silenced);
        if (turn is SilenceTurn.Hold ? _held.Add(alert.Id) : _held.Remove(alert.Id))
            Volatile.Write(ref _heldNow, _held.Count);
        switch (turn)
        {
            case SilenceTurn.Hold hold:
                await PassOverAsync(row, hold.KeepLowest ? alert.Revision + 1 : alert.Revision, newest.Alert.Revision - 1, stop).ConfigureAwait(false);
                if (hold.KeepLowest || newest.Alert.Revision == alert.Revision)
                    await HoldAsync(row, HoldFor, SilenceRule.Why, stop).ConfigureAwait(false);
                return null;
            case SilenceTurn.Drop:
                await PassOverAsync(row, alert.Revision, newest.Alert.Revision, stop).ConfigureAwait(false);
                return null;
            default:
                return ((SilenceTurn.Tell)turn).Event;
        }
    }

    private ValueTask HoldAsync(OutboxRow row, TimeSpan wait, string why, CancellationToken stop) =>
        outbox.RescheduleAsync(row, row.Attempts, Now + (long)wait.TotalMilliseconds, why, stop);

    private async ValueTask PassOverAsync(OutboxRow row, int from, int to, CancellationToken stop)
    {
        if (from <= to)
            Interlocked.Add(ref _silenced, await outbox.DropAsync(row, from, to, stop).ConfigureAwait(false));
    }

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

    private async ValueTask SettleAsync(OutboxRow row, AlertEvent told, Delivery delivery, CancellationToken stop)
    {
        if (delivery.Delivered)
        {
            Interlocked.Increment(ref _delivered);
            Interlocked.Exchange(ref _deliveredMs, Now);
            Trouble = null;
            var (lowest, revision) = (row.Event.Alert.Revision, told.Alert.Revision);
            if (revision > lowest)
                Interlocked.Add(ref _silenced, await outbox.DropAsync(row, lowest, revision, stop).ConfigureAwait(false) - 1);
            else
                await outbox.DeliveredAsync(row, Now, stop).ConfigureAwait(false);
            return;
        }
        Interlocked.Increment(ref _failed);
        var why = OneLine.Of(delivery.Why, 300);
        Fail(why);
        if (Now - row.CreatedMs >= (long)options.GiveUpAfter.TotalMilliseconds && row.Attempts + 1 >= DispatchOptions.LeastAttempts)
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

    private void Fail(string why)
    {
        if (Trouble is null)
            Interlocked.Exchange(ref _troubleMs, Now);
        Trouble = why;
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
