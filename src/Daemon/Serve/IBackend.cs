using System.Diagnostics.Metrics;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Sinks;
using Tocsin.Daemon.Serve.Acting;
using Tocsin.Daemon.Serve.Alerts;
using Tocsin.Daemon.Serve.Faults;
using Tocsin.Daemon.Serve.Labels;
using Tocsin.Daemon.Serve.Patterns;
using Tocsin.Daemon.Serve.Verdicts;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve;

/// <summary>What stands behind the HTTP server: log, store and shards.</summary>
internal interface IBackend
{
    /// <summary>Log and store, in the order in which they start.</summary>
    IReadOnlyList<IPart> Foundations { get; }

    /// <summary>Shards and sources, which write to them.</summary>
    IReadOnlyList<IPart> Workers { get; }

    ISampleSink Samples { get; }

    IJobEventSink JobEvents { get; }

    /// <summary>As whom users stand in what is stored; known once it is open.</summary>
    UserNames Users => UserNames.Plain;

    INodeStateSink NodeStates { get; }

    /// <summary>Told how long the taking of a request's samples took, and what processor time. Any thread; never blocks.</summary>
    void Worked(TimeSpan passed, TimeSpan processor);

    IAlertReader Alerts { get; }

    IHistoryReader History { get; }

    ILibraryDesk Libraries { get; }

    IPatternDesk Patterns { get; }

    ILabelDesk Labels { get; }

    IVerdictDesk Verdicts { get; }

    IFaultDesk Faults => new NoFaultDesk();

    /// <summary>What jobs may ask and say of their checkpoints.</summary>
    IActionDesk Actions => NoActions.One;

    ICheckpointDesk Checkpoints => new NoCheckpointDesk();

    /// <summary>Once the foundations are there.</summary>
    IOutbox Outbox { get; }

    /// <summary>Revisions that wait in the outbox, by sink, as it was last looked at.</summary>
    IReadOnlyDictionary<string, long> Waiting { get; }

    void AddChecks(Readiness readiness);

    void AddMeters(Meter meter);
}
