using System.Diagnostics.Metrics;
using Tocsin.Actors.Faults;
using Tocsin.Actors.Log;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Acting;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve.Backend;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Acting;

/// <summary>All that the supervisor of one daemon stands on: Slurm's picture, the way to its programs, its board and the desk in front of it.</summary>
internal sealed class Acting : IDisposable
{
    /// <summary>Under this name changes of alerts wait for it in the outbox.</summary>
    public const string Sink = "supervisor";

    private readonly ActionSettings _settings;
    private readonly CancellationTokenSource _stop = new();
    private readonly PictureLoop _pictures;
    private readonly ActingPort _port;
    private readonly LiveInputs _inputs;
    private readonly Func<ILog> _log;
    private readonly OwnLog _say;

    public Acting(
        ServeOptions options, NodeDirectory nodes, Func<ILog> log, Func<IEnumerable<ShardView>> shards, Func<long> library, Func<ISilences?> silences, Func<IFaultOutlook> faults, OwnLog say, TimeProvider clock)
    {
        (_settings, _log, _say) = (options.Actions, log, say);
        var supervisor = _settings.Supervisor;
        var programs = new SlurmProgramRunner(options.Slurm.Programs, clock);
        _pictures = new PictureLoop(new PictureTaker(programs, options.Cluster, TimeSpan.FromSeconds(20), clock, _settings.Consents, line => say.Warning("actions", line)), supervisor.Every, say, clock);
        _port = new ActingPort(new SlurmExecutor(programs, supervisor.Limits, _settings.Check, clock, _settings.Consents), supervisor.OurUser, line => say.Error("actions", line), _stop.Token);
        _inputs = new LiveInputs(nodes, () => _pictures.Picture, supervisor.Brakes, shards, library, silences, faults);
        Desk = new ActionDesk(supervisor, Board, log, () => _pictures.Picture, _pictures.RefreshAsync, _pictures.TakeJobAsync, clock);
        Alerts = new ControlSink(Sink, log);
        var weekly = new WeeklyReport(() => Board.View, line => say.Info("actions", line));
        Loop = new LoopPart("actions", stop => _pictures.RunAsync(weekly.Look, stop), say);
    }

    public SupervisorBoard Board { get; } = new();

    public ActionDesk Desk { get; }

    public ControlSink Alerts { get; }

    public IPart Loop { get; }

    public void AddChecks(Readiness readiness, ShardBoard shards)
    {
        readiness.Add("supervisor", () => shards.Check(1));
        readiness.Add("actions", () => _pictures.Check);
    }

    /// <summary>What was raised or closed while nothing was decided here came to no outbox of the supervisor's; what it knows already it passes over. Blocks for the disk.</summary>
    public void Tell(IReadOnlyList<Alert> open)
    {
        Task.WhenAll(open.Select(a => ControlLog.AppendAsync(_log(), new AlertUpdated(a, "open at the start")))).GetAwaiter().GetResult();
        // A list that were cut off would call open alerts closed.
        if (open.Count <= OpenAlerts.Most)
            ControlLog.AppendAsync(_log(), new OpenAlerts([.. open.Select(a => a.Id.Number)])).GetAwaiter().GetResult();
    }

    public SupervisorShard NewShard() => new(_settings.Supervisor, _inputs, _port, Board, line => _say.Warning("actions", line));

    public void AddMeters(Meter meter)
    {
        meter.CreateObservableGauge("tocsin_actions_open", () => Board.View?.Actions.Values.Count(a => a.Action.Open) ?? 0, null, "Actions that are proposed, approved or under way.");
        meter.CreateObservableGauge("tocsin_actions_unknown", () => Board.View?.Actions.Values.Count(a => a.Action.State is Unknown) ?? 0, null, "Actions whose outcome a human has to look at.");
        meter.CreateObservableGauge("tocsin_actions_nodes_out", () => Board.View?.Nodes.Values.Count(n => n.OutBy is not null) ?? 0, null, "Nodes that are out because of Tocsin.");
        meter.CreateObservableGauge("tocsin_actions_held", () => Board.View?.Hold is null ? 0 : 1, null, "1: an operator holds all actions.");
        meter.CreateObservableGauge("tocsin_actions_suspects", () => Board.View?.Nodes.Values.Count(n => n.Warning is not null) ?? 0, null, "Nodes that are expected to fail.");
        AddSpareMeters(meter);
    }

    private void AddSpareMeters(Meter meter)
    {
        meter.CreateObservableGauge("tocsin_spares_wanted", () => Spares(s => s.Wanted), null, "Free nodes of a partition with which a failed one finds a spare with the wanted chance.");
        meter.CreateObservableGauge("tocsin_spares_free", () => Spares(s => s.Free), null, "Nodes of a partition that are idle, healthy, unsuspected and kept for no move.");
    }

    private IEnumerable<Measurement<int>> Spares(Func<PartitionSpares, int> of) =>
        (Board.View?.Spares ?? []).Select(s => new Measurement<int>(of(s), new KeyValuePair<string, object?>("partition", s.Partition)));

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _pictures.Dispose();
    }
}
