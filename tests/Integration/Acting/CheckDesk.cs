using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Http.Routes;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Acting;
using Tocsin.Daemon.Serve.Telemetry;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Acting;

/// <summary>The daemon's own server and the route that node checks ask, with a supervisor behind it that a test directs.</summary>
internal sealed class CheckDesk : IActionDesk, IAsyncDisposable
{
    private readonly Meter _meter = new("Tocsin.Integration.Checks");
    private readonly ApiServer _server;

    public CheckDesk()
    {
        var limits = new HttpLimits { Connections = 100, Requests = 64, Streams = 1, Shutdown = TimeSpan.FromSeconds(30) };
        _server = new ApiServer(new HttpOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, 0) }, limits, new Gate(null), [new NodeCheckRoute(this, TimeProvider.System).Route()],
            new HttpMeters(_meter), _ => { }, new OwnLog(TextWriter.Null, new OwnLogOptions(), TimeProvider.System));
    }

    public Uri Address => _server.Address;

    public SupervisorView? View { get; private set; }

    public SupervisorOptions? Options { get; } = new("hpc", "root");

    public Task StartAsync() => _server.StartAsync(default);

    public void Tell(string? node, bool held = false) => View = new SupervisorView(
        1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), held ? new HoldRow("ada", "", 1) : null, null, ImmutableSortedDictionary<long, ActionRow>.Empty, ImmutableSortedDictionary<long, DecisionRow>.Empty,
        ImmutableSortedDictionary<long, VetoRow>.Empty, ImmutableDictionary<string, NodeRow>.Empty, [], ImmutableSortedDictionary<string, JobPlan>.Empty)
    {
        Told = node is null
            ? ImmutableDictionary<string, NodeWord>.Empty
            : ImmutableDictionary<string, NodeWord>.Empty.Add(node, new NodeWord(new NodeKey("hpc", node), "main", new AlertId("hpc", 17), FaultKind.Memory)),
    };

    public Task<ControlAnswer> SayAsync(OperatorSaid said, CancellationToken stop) => throw new InvalidOperationException("nobody says anything here");

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(default);
        await _server.DisposeAsync();
        _meter.Dispose();
    }
}
