using Tocsin.Actors.Runtime;
using Tocsin.Actors.Sinks;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Simulation.Chain;

/// <summary>Somebody who is told of alerts: refuses now and then, and now and then has heard and its answer is lost.</summary>
internal sealed class SimulatedSink(World world, ChainWitness witness, string name, int refuseOneIn) : IAlertSink
{
    public string Name => name;

    public ValueTask<Delivery> DeliverAsync(OutboxRow row, CancellationToken stop)
    {
        var fate = refuseOneIn == 0 ? 2 : world.Draw(refuseOneIn);
        if (fate == 0)
            return ValueTask.FromResult(Delivery.Later("refused"));
        witness.Heard(name, row.Event.Alert);
        return ValueTask.FromResult(fate == 1 ? Delivery.Later("the answer was lost") : Delivery.Done);
    }
}

/// <summary>Lets a dispatcher look at the outbox again and again: the loop of the product's own waits on real timers.</summary>
internal sealed class SinkActor(IPort<int, Pass> pass) : UntypedActor
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    protected override void PreStart() => Timers.StartSingleTimer("look", "look", Every);

    protected override void OnReceive(object message)
    {
        if (message is PortResult<Pass> result)
            Timers.StartSingleTimer("look", "look", result is { IsSuccess: true, Value: Pass.More } ? TimeSpan.Zero : Every);
        else
            Context.Pipe(pass, 0, Limit, r => r);
    }
}

/// <summary>A dispatcher's marks that come before the delivery.</summary>
internal sealed class HastyOutbox(IOutbox outbox) : IOutbox
{
    public async ValueTask<IReadOnlyList<OutboxRow>> TakeDueAsync(string sink, long nowMs, int limit, CancellationToken stop)
    {
        var rows = await outbox.TakeDueAsync(sink, nowMs, limit, stop).ConfigureAwait(false);
        foreach (var row in rows)
            await outbox.DeliveredAsync(row, nowMs, stop).ConfigureAwait(false);
        return rows;
    }

    public ValueTask<AlertEvent> NewestAsync(OutboxRow row, CancellationToken stop) => outbox.NewestAsync(row, stop);

    public ValueTask<int> DropAsync(OutboxRow row, int from, int to, CancellationToken stop) => outbox.DropAsync(row, from, to, stop);

    public ValueTask DeliveredAsync(OutboxRow row, long nowMs, CancellationToken stop) => ValueTask.CompletedTask;

    public ValueTask RescheduleAsync(OutboxRow row, int attempts, long dueMs, string why, CancellationToken stop) => ValueTask.CompletedTask;

    public ValueTask AbandonAsync(OutboxRow row, string why, long nowMs, CancellationToken stop) => outbox.AbandonAsync(row, why, nowMs, stop);
}

/// <summary>A clock whose timers never ring: limits of what happens at once.</summary>
internal sealed class Timerless(TimeProvider clock) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

    private sealed class Never : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
