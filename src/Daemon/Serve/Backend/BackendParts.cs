using Microsoft.Extensions.Logging;
using Tocsin.Actors.Runtime;
using Tocsin.Daemon.Serve.Faults;

namespace Tocsin.Daemon.Serve.Backend;

/// <summary>Two steps: one that opens something, one that closes it. Each on a thread of the pool: they wait for the disk.</summary>
internal sealed class StepPart(string name, Action open, Action close) : IPart
{
    public string Name => name;

    public Task StartAsync(CancellationToken stop) => Task.Run(open, stop);

    public Task StopAsync(CancellationToken limit) => Task.Run(close, CancellationToken.None).WaitAsync(limit);
}

/// <summary>The actors, with threads of their own: a shard's turn takes milliseconds, and on the pool's threads requests would wait behind it. Made when all that they stand on is there, stopped before any of it goes.</summary>
internal sealed class ActorsPart(Action<ActorSystem> start, OwnLog say, TimeProvider clock) : IPart
{
    /// <summary>The dispatcher with a thread for each processor.</summary>
    public const string Threads = "shards";

    private ActorSystem? _system;

    public string Name => "shards";

    public ActorCounters Counters => _system?.Counters ?? default;

    public Task StartAsync(CancellationToken stop)
    {
        _system = ActorSystem.Create("tocsin", new ActorSystemSettings
        {
            Dispatchers = [new DedicatedThreadDispatcher(Threads, threads: Environment.ProcessorCount), FaultPart.Dispatcher()],
            Clock = clock,
            Log = e => say.Write(e.Kind is ActorEventKind.DeadLetter or ActorEventKind.Unhandled ? LogLevel.Warning : LogLevel.Error, "actors", e.ToString()),
        });
        start(_system);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken limit)
    {
        if (_system is null)
            return;
        var report = await _system.Terminate().WaitAsync(limit);
        foreach (var stuck in report.Stuck)
            say.Error(Name, $"stuck: {stuck}");
    }
}
