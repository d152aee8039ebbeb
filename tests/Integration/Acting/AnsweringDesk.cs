using System.Diagnostics.Metrics;
using System.Net;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Http.Routes;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Acting;
using Tocsin.Daemon.Serve.Telemetry;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.Integration.Acting;

/// <summary>The daemon's own server and munge's own word, with a desk behind them that a test directs: what a client says is seen, what it is told is chosen.</summary>
internal sealed class AnsweringDesk : ICheckpointDesk, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<string> _said = [];
    private readonly Meter _meter = new("Tocsin.Integration.Acting");
    private readonly MungeReader _reader;
    private readonly ApiServer _server;

    public AnsweringDesk(string socket)
    {
        _reader = new MungeReader(new MungeOptions("unmunge", socket, TimeSpan.FromSeconds(60)), (command, stop) => BoundedCommand.RunAsync(command, TimeProvider.System, stop));
        var limits = new HttpLimits { Connections = 100, Requests = 64, Streams = 1, Shutdown = TimeSpan.FromSeconds(30) };
        _server = new ApiServer(new HttpOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, 0) }, limits, new Gate(null), [.. new JobCheckpointRoutes(this, new MungeGate(_reader), new RefusalLimit(TimeProvider.System, _ => { })).All()],
            new HttpMeters(_meter), _ => { }, new OwnLog(TextWriter.Null, new OwnLogOptions(), TimeProvider.System));
    }

    public Uri Address => _server.Address;

    /// <summary>Of the signal that waits; null: none does.</summary>
    public long? Action { get; set; }

    /// <summary>Whose all jobs are.</summary>
    public uint Owner { get; set; }

    /// <summary>The owner is told to come again in an hour.</summary>
    public bool TooOften { get; set; }

    /// <summary>So many questions from now on find nobody there.</summary>
    public int Away { get; set; }

    /// <summary>Job, and what it said.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_lock)
                return [.. _said];
        }
    }

    public Task StartAsync() => _server.StartAsync(default);

    public Task<CheckpointAdvice> AdviseAsync(long jobId, uint uid, CancellationToken stop) =>
        Task.FromResult(new CheckpointAdvice(Hear(jobId, uid, null), Action is not null, Action is null ? "nothing is expected" : "n001 will likely fail \"now\":true", null, Action));

    public Task<CheckpointAnswer> AskAsync(long jobId, uint uid, CancellationToken stop) => Task.FromResult(new CheckpointAnswer(Hear(jobId, uid, "ask"), Action, "held by an operator"));

    public Task<AcknowledgeAnswer> AcknowledgeAsync(long jobId, uint uid, long actionId, bool written, double seconds, CancellationToken stop) =>
        Task.FromResult(new AcknowledgeAnswer(Hear(jobId, uid, $"ack {actionId} {(written ? "written" : "failed")}"), true, "taken"));

    public Task<RegisterAnswer> RegisterAsync(long jobId, uint uid, string signal, CancellationToken stop) => Task.FromResult(new RegisterAnswer(Hear(jobId, uid, $"register {signal}"), true, "registered"));

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(default);
        await _server.DisposeAsync();
        _reader.Dispose();
        _meter.Dispose();
    }

    private JobStanding Hear(long jobId, uint uid, string? what)
    {
        lock (_lock)
        {
            if (Away > 0)
            {
                Away--;
                return JobStanding.Away;
            }
            if (uid != Owner)
                return JobStanding.NotYours;
            if (TooOften)
                return JobStanding.TooOften;
            if (what is not null)
                _said.Add($"{jobId} {what}");
            return JobStanding.Known;
        }
    }
}
