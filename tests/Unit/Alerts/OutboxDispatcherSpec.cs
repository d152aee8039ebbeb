using Tocsin.Actors.Sinks;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class OutboxDispatcherSpec
{
    private readonly TurnedClock _clock = new();
    private readonly MemoryOutbox _outbox = new();

    [Fact]
    public async Task What_fails_is_tried_again_and_no_later_revision_of_its_alert_overtakes_it()
    {
        var broken = true;
        var sink = new ScriptedSink((row, _) => ValueTask.FromResult(broken && row.Event.Alert.Id.Number == 1 ? Delivery.Later("503") : Delivery.Done));
        var dispatcher = Dispatcher(sink);
        _outbox.Add("s", [Told.Raised(1), Told.Raised(2), Told.Updated(1, 2), Told.Cleared(2, 2), Told.Cleared(1, 3)], _clock.NowMs);
        await DrainAsync(dispatcher);
        Assert.Equal(["2.1", "2.2"], sink.Came);
        Assert.Equal(1, dispatcher.Failed);
        broken = false;
        _clock.Turn(TimeSpan.FromSeconds(2));
        await DrainAsync(dispatcher);
        Assert.Equal(["2.1", "2.2", "1.1", "1.2", "1.3"], sink.Came);
        Assert.Equal((5, 1, 0), (dispatcher.Delivered, dispatcher.Failed, _outbox.Waiting));
        Assert.Null(dispatcher.Trouble);
    }

    [Fact]
    public async Task Waits_double_up_to_their_bound_and_what_the_other_side_asks_for_is_heeded_up_to_an_hour()
    {
        TimeSpan? asked = null;
        var sink = new ScriptedSink((_, _) => ValueTask.FromResult(Delivery.Later("429", asked)));
        var dispatcher = Dispatcher(sink);
        _outbox.Add("s", [Told.Raised(1)], _clock.NowMs);
        var waits = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            asked = i == 10 ? TimeSpan.FromMinutes(20) : i == 11 ? TimeSpan.FromDays(9) : null;
            Assert.Equal(Pass.More, await dispatcher.PassAsync(default));
            var waited = 0;
            for (; (await _outbox.TakeDueAsync("s", _clock.NowMs, 1, default)).Count == 0; waited++)
                _clock.Turn(TimeSpan.FromSeconds(1));
            waits.Add(waited);
        }
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 1200, 3600], waits);
    }

    [Fact]
    public async Task What_was_delivered_and_could_not_be_marked_is_delivered_again()
    {
        var sink = new ScriptedSink((_, _) => ValueTask.FromResult(Delivery.Done));
        var torn = new TornOutbox(_outbox);
        var dispatcher = new OutboxDispatcher(torn, sink, DispatchOptions.Usual, _clock, () => 0.5);
        _outbox.Add("s", [Told.Raised(1)], _clock.NowMs);
        await Assert.ThrowsAsync<DependencyException>(() => dispatcher.PassAsync(default));
        await DrainAsync(dispatcher);
        Assert.Equal(["1.1", "1.1"], sink.Came);
        Assert.Equal(0, _outbox.Waiting);
    }

    [Fact]
    public async Task An_attempt_without_an_answer_ends_at_its_limit()
    {
        var sink = new ScriptedSink(async (_, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return Delivery.Done;
        });
        var dispatcher = Dispatcher(sink);
        _outbox.Add("s", [Told.Raised(1)], _clock.NowMs);
        var pass = dispatcher.PassAsync(default);
        _clock.Turn(TimeSpan.FromSeconds(9));
        Assert.False(pass.IsCompleted);
        _clock.Turn(TimeSpan.FromSeconds(1));
        await pass.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("no answer within 10 s", dispatcher.Trouble);
        Assert.Equal(1, _outbox.Waiting);
    }

    [Fact]
    public async Task After_a_day_it_is_given_up_and_kept_with_its_reason()
    {
        var dispatcher = Dispatcher(new ScriptedSink((_, _) => throw new HttpRequestException("refused\u001b[31m")));
        _outbox.Add("s", [Told.Raised(1)], _clock.NowMs);
        for (var i = 0; i < 400; i++)
        {
            await DrainAsync(dispatcher);
            _clock.Turn(TimeSpan.FromMinutes(5));
        }
        var (row, why) = Assert.Single(_outbox.Abandoned);
        Assert.Equal((1L, "refused?[31m"), (row.Event.Alert.Id.Number, why));
        Assert.InRange(dispatcher.Failed, 250, 300);
    }

    /// <summary>The process may have been away for longer than that, and a silence may last for a week.</summary>
    [Fact]
    public async Task What_is_old_is_given_up_only_after_it_was_tried_a_few_times()
    {
        var broken = 5;
        var dispatcher = Dispatcher(new ScriptedSink((_, _) => ValueTask.FromResult(broken-- > 0 ? Delivery.Later("503") : Delivery.Done)));
        _outbox.Add("s", [Told.Raised(1)], _clock.NowMs - (long)TimeSpan.FromDays(7).TotalMilliseconds);
        for (var i = 0; i < 60; i++)
        {
            await DrainAsync(dispatcher);
            _clock.Turn(TimeSpan.FromSeconds(1));
        }
        Assert.Equal((1, 5, 0), (dispatcher.Delivered, dispatcher.Failed, _outbox.Abandoned.Count));
    }

    [Fact]
    public async Task It_says_when_it_last_delivered_and_since_when_it_cannot()
    {
        var broken = false;
        var dispatcher = Dispatcher(new ScriptedSink((_, _) => ValueTask.FromResult(broken ? Delivery.Later("503") : Delivery.Done)));
        Assert.Equal(new SinkHealth(0, null, 0, 0), dispatcher.Health);
        var start = _clock.NowMs;
        _outbox.Add("s", [Told.Raised(1)], start);
        await DrainAsync(dispatcher);
        Assert.Equal(new SinkHealth(start, null, 0, 0), dispatcher.Health);
        broken = true;
        _outbox.Add("s", [Told.Updated(1, 2)], start);
        for (var i = 0; i < 3; i++)
        {
            _clock.Turn(TimeSpan.FromMinutes(1));
            await DrainAsync(dispatcher);
        }
        Assert.Equal(new SinkHealth(start, "503", start + 60_000, 0), dispatcher.Health);
    }

    [Fact]
    public async Task A_bug_in_a_sink_is_not_swallowed()
    {
        var dispatcher = Dispatcher(new ScriptedSink((_, _) => throw new InvalidOperationException("bug")));
        _outbox.Add("s", [Told.Raised(1)], _clock.NowMs);
        await Assert.ThrowsAsync<InvalidOperationException>(() => dispatcher.PassAsync(default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_fails_each_revision_arrives_and_those_of_one_alert_in_order(int seed)
    {
        var random = new Random(seed);
        var sink = new ScriptedSink((_, _) => ValueTask.FromResult(random.Next(3) == 0 ? Delivery.Done : Delivery.Later("x"))) { Concurrency = 4 };
        var outbox = new TornOutbox(_outbox, () => random.Next(4) == 0);
        var dispatcher = new OutboxDispatcher(outbox, sink, DispatchOptions.Usual, _clock, random.NextDouble);
        var wanted = new HashSet<string>();
        var revisions = new int[20];
        for (var i = 0; i < 200; i++)
        {
            var number = random.Next(20);
            _outbox.Add("s", [Told.Updated(number, ++revisions[number])], _clock.NowMs);
            wanted.Add($"{number}.{revisions[number]}");
        }
        for (var i = 0; i < 20_000 && _outbox.Waiting > 0; i++)
        {
            try
            {
                await dispatcher.PassAsync(default);
            }
            catch (DependencyException)
            {
            }
            _clock.Turn(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(wanted, sink.Came.ToHashSet());
        foreach (var alert in sink.Came.GroupBy(c => c.Split('.')[0]))
        {
            var came = alert.Select(c => int.Parse(c.Split('.')[1])).ToList();
            Assert.Equal(came.Order(), came);
        }
    }

    private OutboxDispatcher Dispatcher(IAlertSink sink) => new(_outbox, sink, DispatchOptions.Usual, _clock, () => 0.5);

    private static async Task DrainAsync(OutboxDispatcher dispatcher)
    {
        while (await dispatcher.PassAsync(default) == Pass.More)
        {
        }
    }

    /// <summary>Fails to mark what was delivered: the first time, or when told.</summary>
    private sealed class TornOutbox(IOutbox inner, Func<bool>? tears = null) : IOutbox
    {
        private bool _torn;

        public ValueTask<IReadOnlyList<OutboxRow>> TakeDueAsync(string sink, long nowMs, int limit, CancellationToken stop) => inner.TakeDueAsync(sink, nowMs, limit, stop);

        public ValueTask<AlertEvent> NewestAsync(OutboxRow row, CancellationToken stop) => inner.NewestAsync(row, stop);

        public ValueTask<int> DropAsync(OutboxRow row, int from, int to, CancellationToken stop) => inner.DropAsync(row, from, to, stop);

        public ValueTask DeliveredAsync(OutboxRow row, long nowMs, CancellationToken stop)
        {
            if (tears?.Invoke() ?? !_torn)
            {
                _torn = true;
                throw new DependencyException("the database went away");
            }
            return inner.DeliveredAsync(row, nowMs, stop);
        }

        public ValueTask RescheduleAsync(OutboxRow row, int attempts, long dueMs, string why, CancellationToken stop) => inner.RescheduleAsync(row, attempts, dueMs, why, stop);

        public ValueTask AbandonAsync(OutboxRow row, string why, long nowMs, CancellationToken stop) => inner.AbandonAsync(row, why, nowMs, stop);
    }
}
