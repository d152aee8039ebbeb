using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Checkpointing.Slurm;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Http.Routes;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Acting;
using Tocsin.Daemon.Serve.Telemetry;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Unit.Alerts;

namespace Tocsin.Unit.Serve;

/// <summary>What jobs are told over HTTP while Slurm's programs hang. The server, the desk and the questions are the daemon's own; time and Slurm are the test's.</summary>
public sealed class SlowSlurmSpec : IAsyncLifetime
{
    private const string Ack = """{"action_id": 17, "outcome": "written"}""";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly HangingSlurm _slurm = new();
    private readonly WatchedClock _clock = new();
    private readonly Meter _meter = new("Tocsin.Unit.SlowSlurm");
    private readonly HttpClient _client = new() { Timeout = Limit };
    private readonly PictureLoop _pictures;
    private readonly MungeReader _munge;
    private readonly ApiServer _server;

    public SlowSlurmSpec()
    {
        var log = new OwnLog(TextWriter.Null, new OwnLogOptions(), TimeProvider.System);
        _pictures = new PictureLoop(new PictureTaker(_slurm, "hpc", TimeSpan.FromSeconds(20), _clock), TimeSpan.FromMinutes(1), log, _clock);
        var desk = new ActionDesk(new SupervisorOptions("hpc", "tocsin"), new SupervisorBoard(), () => throw new InvalidOperationException("nothing is stored here"), () => _pictures.Picture, _pictures.RefreshAsync, _pictures.TakeJobAsync, _clock);
        // The credential is the payload itself, in hexadecimal.
        _munge = new MungeReader(new MungeOptions("unmunge", null, Limit), (command, _) =>
        {
            var payload = Encoding.ASCII.GetString(Convert.FromHexString(command.Input.Trim()["MUNGE:".Length..^1]));
            return Task.FromResult(new CommandOutcome($"STATUS: 0\nUID: 1000\nLENGTH: {payload.Length}\n\n{payload}", null, false) { ExitCode = 0 });
        });
        var limits = new HttpLimits { Connections = 100, Requests = 64, Streams = 1, Shutdown = TimeSpan.FromSeconds(30) };
        _server = new ApiServer(new HttpOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, 0) }, limits, new Gate(null), [.. new JobCheckpointRoutes(desk, new MungeGate(_munge), new RefusalLimit(_clock, _ => { })).All()], new HttpMeters(_meter), _ => { }, log);
    }

    public Task InitializeAsync() => _server.StartAsync(default);

    public async Task DisposeAsync()
    {
        _slurm.Answer("Slurm has gone");
        _client.Dispose();
        await _server.StopAsync(default);
        await _server.DisposeAsync();
        _pictures.Dispose();
        _munge.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task While_four_squeue_hang_a_fifth_job_is_told_after_five_seconds_to_come_again()
    {
        var four = Enumerable.Range(1, JobQuestions.AtOnce).Select(job => SendAsync("POST", job, "/ack", Ack)).ToList();
        await Begun(_slurm.Begun, 4);
        await Begun(_clock.Timers, 4);
        var fifth = SendAsync("POST", 5, "/ack", Ack);
        await Begun(_clock.Timers, 1);
        _clock.Turn(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, _clock.Rung);
        _clock.Turn(TimeSpan.FromMilliseconds(1));
        Assert.Equal((503, "5", "Slurm cannot be asked now: too many jobs are asked for"), await fifth.WaitAsync(Limit));
        Assert.Equal(["--jobs=1", "--jobs=2", "--jobs=3", "--jobs=4"], _slurm.Asked.Select(a => a.Split(' ')[^1]).Order());
        // Its place is free for whoever comes when the four are answered.
        _slurm.Answer(null);
        Assert.All(await Task.WhenAll(four).WaitAsync(Limit), a => Assert.Equal(404, a.Status));
        Assert.Equal((404, null, "no job 5 runs"), await SendAsync("POST", 5, "/ack", Ack).WaitAsync(Limit));
    }

    [Fact]
    public async Task While_a_picture_is_taken_for_another_who_asks_for_advice_is_told_after_five_seconds_to_come_again()
    {
        var first = SendAsync("GET", 1, "", "");
        await Begun(_slurm.Begun, 1);
        var second = SendAsync("GET", 2, "", "");
        await Begun(_clock.Timers, 1);
        _clock.Turn(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, _clock.Rung);
        _clock.Turn(TimeSpan.FromMilliseconds(1));
        Assert.Equal((503, "5", "Slurm cannot be asked now: it is being asked, and is slow"), await second.WaitAsync(Limit));
        Assert.StartsWith("sinfo", Assert.Single(_slurm.Asked), StringComparison.Ordinal);
        _slurm.Answer("Unable to contact slurm controller");
        Assert.Equal((503, "5", "Slurm has not answered yet"), await first.WaitAsync(Limit));
        // Whose time ran out has not kept the turn: the next one asks anew.
        Assert.Equal((503, "5", "Slurm has not answered yet"), await SendAsync("GET", 2, "", "").WaitAsync(Limit));
        Assert.Equal(2, _slurm.Asked.Count);
    }

    private static async Task Begun(SemaphoreSlim what, int count)
    {
        for (var i = 0; i < count; i++)
            Assert.True(await what.WaitAsync(Limit));
    }

    private async Task<(int Status, string? RetryAfter, string? Detail)> SendAsync(string method, int job, string more, string body)
    {
        var path = $"/api/v1/jobs/{job}/checkpoint{more}";
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_server.Address, path));
        if (body.Length > 0)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Authorization", $"Munge MUNGE:{Convert.ToHexString(Encoding.ASCII.GetBytes(MungeGate.Payload(method, path, Encoding.UTF8.GetBytes(body))))}:");
        using var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, response.Headers.RetryAfter?.ToString(), JsonNode.Parse(await response.Content.ReadAsStringAsync())!["detail"]?.GetValue<string>());
    }

    /// <summary>Whatever it is asked hangs until an answer is given; from then on that is the answer at once.</summary>
    private sealed class HangingSlurm : ISlurmPrograms
    {
        private readonly TaskCompletionSource<ProgramAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> Asked { get; } = new();

        public SemaphoreSlim Begun { get; } = new(0);

        public void Answer(string? failure) => _answer.TrySetResult(new ProgramAnswer("", failure));

        public Task<ProgramAnswer> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken stop)
        {
            Asked.Enqueue($"{program} {string.Join(' ', arguments)}");
            Begun.Release();
            return _answer.Task;
        }
    }

    /// <summary>Tells of each timer that is set, and counts those that rang.</summary>
    private sealed class WatchedClock : TimeProvider
    {
        private readonly TurnedClock _inner = new();
        private int _rung;

        public SemaphoreSlim Timers { get; } = new(0);

        public int Rung => _rung;

        public void Turn(TimeSpan by) => _inner.Turn(by);

        public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = _inner.CreateTimer(s => { Interlocked.Increment(ref _rung); callback(s); }, state, dueTime, period);
            Timers.Release();
            return timer;
        }
    }
}
