using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Actors.Sinks;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

/// <summary>What a sink hears of alerts that are silenced: before and after a restart, from the outbox in memory and from the store's.</summary>
public sealed class SilencedSinkSpec
{
    private readonly TurnedClock _clock = new();
    private readonly Switchable _silences = new();
    private readonly ScriptedSink _sink = new((_, _) => ValueTask.FromResult(Delivery.Done));

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task What_is_silenced_is_told_when_its_silence_ends_and_it_still_lasts(bool stored, bool restarted)
    {
        var box = new Box(stored, _clock);
        _silences.Silent = true;
        var dispatcher = Dispatcher(box);
        box.Add(Told.Raised(1), Told.Raised(2));
        await PassAsync(dispatcher);
        box.Add(Told.Updated(1, 2), Told.Updated(1, 3));
        // Over while silenced: nobody heard that it began.
        box.Add(Told.Cleared(2, 2));
        await PassAsync(dispatcher, 20);
        Assert.Empty(_sink.Came);
        Assert.Equal((1, 3), (dispatcher.Health.Held, dispatcher.Silenced));
        if (restarted)
            dispatcher = Dispatcher(box);
        _silences.Silent = false;
        await PassAsync(dispatcher, 20);
        // As it stands now, and as the first word that the sink hears of it.
        Assert.Equal(["raised 1.3"], _sink.Told);
        box.Add(Told.Cleared(1, 4));
        await PassAsync(dispatcher);
        Assert.Equal(["raised 1.3", "cleared 1.4"], _sink.Told);
        Assert.Equal((0, 0), (dispatcher.Health.Held, box.Waiting));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_an_alert_that_was_told_is_told_though_it_was_silenced_later(bool restarted)
    {
        var box = new Box(true, _clock);
        var dispatcher = Dispatcher(box);
        box.Add(Told.Raised(1));
        await PassAsync(dispatcher);
        _silences.Silent = true;
        box.Add(Told.Updated(1, 2), Told.Updated(1, 3));
        await PassAsync(dispatcher, 20);
        if (restarted)
            dispatcher = Dispatcher(box);
        box.Add(Told.Cleared(1, 4));
        await PassAsync(dispatcher, 20);
        Assert.Equal(["raised 1.1", "cleared 1.4"], _sink.Told);
        Assert.Equal(0, box.Waiting);
    }

    /// <summary>The silence ends while nobody is there: it is told at the start, and not with whatever revision comes next.</summary>
    [Fact]
    public async Task A_silence_that_ended_while_the_daemon_was_down_is_over_at_its_start()
    {
        var box = new Box(true, _clock);
        _silences.Silent = true;
        box.Add(Told.Raised(1), Told.Raised(2));
        await PassAsync(Dispatcher(box));
        _clock.Turn(TimeSpan.FromDays(3));
        (_silences.Silent, _silences.Asked) = (false, false);
        var dispatcher = Dispatcher(box);
        await PassAsync(dispatcher);
        Assert.Empty(_sink.Told);
        _silences.Asked = true;
        await PassAsync(dispatcher, 2);
        Assert.Equal(["raised 1.1", "raised 2.1"], _sink.Told);
    }

    [Fact]
    public async Task What_was_told_before_its_silence_is_not_told_again_after_it_nor_after_a_restart()
    {
        var box = new Box(true, _clock);
        box.Add(Told.Raised(1));
        await PassAsync(Dispatcher(box));
        _silences.Silent = true;
        var dispatcher = Dispatcher(box);
        await PassAsync(dispatcher, 60);
        _silences.Silent = false;
        await PassAsync(dispatcher, 60);
        Assert.Equal(["raised 1.1"], _sink.Told);
    }

    [Fact]
    public async Task Where_the_silences_cannot_be_asked_for_it_is_told_half_a_minute_after_the_start()
    {
        var box = new Box(true, _clock);
        _silences.Asked = false;
        var dispatcher = Dispatcher(box);
        box.Add(Told.Raised(1));
        await PassAsync(dispatcher, 29);
        Assert.Empty(_sink.Told);
        await PassAsync(dispatcher, 2);
        Assert.Equal(["raised 1.1"], _sink.Told);
    }

    [Fact]
    public async Task What_cannot_be_told_after_its_silence_is_tried_again_though_it_is_old()
    {
        var broken = 3;
        var sink = new ScriptedSink((_, _) => broken-- > 0 ? throw new HttpRequestException("refused") : ValueTask.FromResult(Delivery.Done));
        var box = new Box(true, _clock);
        var dispatcher = new OutboxDispatcher(box.Outbox, sink, DispatchOptions.Usual, _clock, () => 0.5, _silences);
        _silences.Silent = true;
        box.Add(Told.Raised(1));
        await PassAsync(dispatcher);
        _clock.Turn(TimeSpan.FromDays(7));
        _silences.Silent = false;
        await PassAsync(dispatcher, 60);
        Assert.Equal(["raised 1.1"], sink.Told);
        Assert.Equal(0, dispatcher.Abandoned);
    }

    /// <summary>A long silence must not fill the outbox: two rows an alert at most.</summary>
    [Fact]
    public async Task Of_the_revisions_of_a_silenced_alert_no_more_than_two_are_kept()
    {
        var box = new Box(true, _clock);
        _silences.Silent = true;
        var dispatcher = Dispatcher(box);
        box.Add(Told.Raised(1));
        for (var revision = 2; revision < 200; revision++)
        {
            box.Add(Told.Updated(1, revision));
            await PassAsync(dispatcher, 16);
            Assert.InRange(box.Waiting, 1, 2);
        }
        Assert.Equal(197, dispatcher.Silenced);
    }

    private OutboxDispatcher Dispatcher(Box box) => new(box.Outbox, _sink, DispatchOptions.Usual, _clock, () => 0.5, _silences);

    /// <param name="seconds">To be passed, one by one.</param>
    private async Task PassAsync(OutboxDispatcher dispatcher, int seconds = 0)
    {
        for (var second = 0; second <= seconds; second++)
        {
            if (second > 0)
                _clock.Turn(TimeSpan.FromSeconds(1));
            while (await dispatcher.PassAsync(default) == Pass.More)
            {
            }
        }
    }

    private sealed class Box
    {
        private static readonly TopicPartition Shard = new(LogTopics.Findings, 0);

        private readonly TurnedClock _clock;
        private readonly MemoryOutbox? _memory;
        private readonly MemoryStore? _store;
        private readonly long _epoch;
        private long _next;

        public Box(bool stored, TurnedClock clock)
        {
            _clock = clock;
            if (!stored)
            {
                Outbox = _memory = new MemoryOutbox();
                return;
            }
            _store = new MemoryStore(new MemoryDatabase());
            _epoch = Assert.IsType<Acquired>(_store.AcquireAsync(Shard).GetAwaiter().GetResult()).Epoch;
            Outbox = new StoreOutbox(_store);
        }

        public IOutbox Outbox { get; }

        public int Waiting => _memory?.Waiting ?? (int)_store!.OutboxDepth().Values.Sum();

        public void Add(params AlertEvent[] events)
        {
            _memory?.Add("s", events, _clock.NowMs);
            if (_store is not null)
                Assert.IsType<Committed>(_store.CommitAsync(new ShardCommit { Shard = Shard, Epoch = _epoch, NextOffset = ++_next, Outbox = [.. events.Select(e => NewOutboxEntry.Of("s", e, _clock.NowMs))] }).GetAwaiter().GetResult());
        }
    }

    private sealed class Switchable : ISilences
    {
        public bool Asked { get; set; } = true;

        public bool Silent { get; set; }

        public bool IsSilenced(AlertLabels labels, DateTimeOffset now) => Asked && Silent;
    }
}
