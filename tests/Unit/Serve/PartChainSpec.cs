using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve;
using Tocsin.Shared;

namespace Tocsin.Unit.Serve;

public sealed class PartChainSpec
{
    private readonly List<string> _order = [];
    private readonly StringWriter _said = new();

    [Fact]
    public async Task Parts_start_in_order_and_stop_the_other_way_round()
    {
        var chain = Chain(new Part("log", _order), new Part("shards", _order), new Part("http", _order));
        await chain.StartAsync(TimeSpan.FromSeconds(5), default);
        Assert.True(await chain.StopAsync(TimeSpan.FromSeconds(5)));
        Assert.Equal(["+log", "+shards", "+http", "-http", "-shards", "-log"], _order);
    }

    [Fact]
    public async Task Where_one_cannot_start_those_before_it_are_stopped_and_those_after_it_never_begin()
    {
        var chain = Chain(new Part("log", _order), new Part("store", _order) { OnStart = _ => throw new DependencyException("disk full") }, new Part("http", _order));
        await Assert.ThrowsAsync<DependencyException>(() => chain.StartAsync(TimeSpan.FromSeconds(5), default));
        Assert.Equal(["+log", "+store", "-log"], _order);
    }

    [Fact]
    public async Task One_that_fails_or_hangs_while_stopping_keeps_no_other_from_it()
    {
        var chain = Chain(
            new Part("lock", _order),
            new Part("log", _order) { OnStop = _ => throw new InvalidOperationException("broken") },
            new Part("shards", _order) { OnStop = _ => new TaskCompletionSource().Task },
            new Part("http", _order) { OnStop = limit => Task.Delay(Timeout.Infinite, limit) });
        await chain.StartAsync(TimeSpan.FromSeconds(5), default);
        Assert.False(await chain.StopAsync(TimeSpan.FromMilliseconds(200)));
        Assert.Equal(["-http", "-shards", "-log", "-lock"], _order.Skip(4));
        Assert.Contains("error http: did not stop within limits.shutdown (200ms)", _said.ToString());
        Assert.Contains("error shards: did not stop", _said.ToString());
        Assert.Contains("error log: failed while stopping: System.InvalidOperationException: broken", _said.ToString());
    }

    [Fact]
    public async Task Stopped_while_starting_nothing_further_begins()
    {
        using var stop = new CancellationTokenSource();
        var chain = Chain(new Part("log", _order) { OnStart = _ => stop.CancelAsync() }, new Part("http", _order));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => chain.StartAsync(TimeSpan.FromSeconds(5), stop.Token));
        Assert.Equal(["+log", "-log"], _order);
    }

    private PartChain Chain(params IPart[] parts) => new(parts, new OwnLog(_said, new OwnLogOptions { LinesPerSecond = 100 }, TimeProvider.System));

    private sealed class Part(string name, List<string> order) : IPart
    {
        public Func<CancellationToken, Task> OnStart { get; init; } = _ => Task.CompletedTask;

        public Func<CancellationToken, Task> OnStop { get; init; } = _ => Task.CompletedTask;

        public string Name => name;

        public Task StartAsync(CancellationToken stop)
        {
            order.Add("+" + name);
            return OnStart(stop);
        }

        public Task StopAsync(CancellationToken limit)
        {
            order.Add("-" + name);
            return OnStop(limit);
        }
    }
}
