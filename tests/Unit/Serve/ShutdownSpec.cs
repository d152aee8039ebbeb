using Tocsin.Daemon.Serve;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

public sealed class ShutdownSpec
{
    [Fact]
    public async Task What_is_under_way_is_answered_before_the_log_closes_and_nothing_new_is_taken()
    {
        var order = new List<string>();
        var answer = new TaskCompletionSource<AppendResult>();
        var inside = new TaskCompletionSource();
        var backend = new FakeBackend
        {
            Foundations = [new Noted("log", order), new Noted("store", order)],
            Workers = [new Noted("shards", order)],
            Answer = _ =>
            {
                inside.TrySetResult();
                return new ValueTask<AppendResult>(answer.Task);
            },
        };
        var running = await RunningHost.StartAsync(backend: backend);
        var sending = RemoteWriteRouteSpec.SendAsync(running, RemoteWriteRouteSpec.Request(("cn1", "node_load1", 1)));
        await inside.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var stopping = running.Host.StopAsync();
        // The server no longer listens, and waits for what is inside.
        for (var refused = false; !refused;)
        {
            using var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(30) });
            try
            {
                (await client.GetAsync(new Uri(running.Address, "/-/healthy"))).Dispose();
            }
            catch (HttpRequestException)
            {
                refused = true;
            }
        }
        Assert.False(stopping.IsCompleted);
        Assert.Equal(["+log", "+store", "+shards"], order);
        answer.SetResult(AppendResult.Done);
        Assert.Equal(204, (int)(await sending).StatusCode);
        Assert.True(await stopping);
        Assert.Equal(["+log", "+store", "+shards", "-shards", "-store", "-log"], order);
        Assert.Single(backend.Taken);
        await running.DisposeAsync();
    }

    [Fact]
    public async Task What_does_not_end_is_cut_off_at_the_limit_and_said()
    {
        var inside = new TaskCompletionSource();
        var backend = new FakeBackend
        {
            Answer = async stop =>
            {
                inside.TrySetResult();
                await Task.Delay(Timeout.Infinite, stop);
                return AppendResult.Done;
            },
        };
        var running = await RunningHost.StartAsync("limits: {shutdown: 1s}", backend: backend);
        var sending = RemoteWriteRouteSpec.SendAsync(running, RemoteWriteRouteSpec.Request(("cn1", "node_load1", 1)));
        await inside.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await running.Host.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => sending);
        Assert.Empty(backend.Taken);
        await running.DisposeAsync();
    }

    [Fact]
    public void While_it_stops_the_probe_says_so()
    {
        var readiness = new Readiness();
        readiness.Add("log", () => CheckResult.Good("open"));
        Assert.True(readiness.Ask().Ready);
        readiness.Stopping();
        var (ready, checks) = readiness.Ask();
        Assert.Equal((false, "shutting down"), (ready, checks[0].Result.Detail));
    }

    private sealed class Noted(string name, List<string> order) : IPart
    {
        public string Name => name;

        public Task StartAsync(CancellationToken stop)
        {
            order.Add("+" + name);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken limit)
        {
            order.Add("-" + name);
            return Task.CompletedTask;
        }
    }
}
