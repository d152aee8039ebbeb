using System.Diagnostics.Metrics;
using Tocsin.Actors.Faults;
using Tocsin.Actors.Faults.Intervals;
using Tocsin.Actors.Faults.Learning;
using Tocsin.Actors.Nodes;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Faults;

/// <summary>The fault model in the daemon: makes intervals of what shards show, closes them by the clock, and hosts the actor that predicts and has the learner learn.
/// Shards leave their frames in a bounded queue and wait for none of it.</summary>
/// <param name="folder">Of its own.</param>
/// <param name="flush">What is stored survives the end of the machine.</param>
/// <param name="most">Nodes.</param>
internal sealed class FaultPart(FaultModelSettings settings, string folder, bool flush, TimeSpan cadence, int most, NodeDirectory nodes, Func<IStoreReader> store, OwnLog say, TimeProvider clock) : IFaultDesk
{
    /// <summary>The dispatcher that its actor runs on: a prediction of 10,000 nodes takes a third of a second, which is nobody else's to wait for.</summary>
    public const string Thread = "faults";

    private const string Component = "faults";

    /// <summary>Of frames an interval's last ones come when the next frame has; a shard that is behind brings them later, and then they are late.</summary>
    private const int GraceCadences = 3;

    private static readonly TimeSpan DrainEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan GoBackLimit = TimeSpan.FromSeconds(30);

    private readonly FaultBoard _board = new();
    private readonly SampleQueue _queue = new(most);
    private readonly IntervalBuilder _builder = new(settings.IntervalMs, (long)cadence.TotalMilliseconds, most);
    private readonly Dictionary<NodeKey, string?> _switches = [];
    private readonly List<NodeState> _states = [];
    private readonly Evidence _evidence = new(store);
    private LearnerPort? _learner;
    private IActorRef? _actor;
    private string? _trouble;
    private long _closed;

    public FaultModelSettings? Settings => settings;

    public FaultBoardView View => _board.View;

    public IFaultOutlook Outlook => _board.Outlooks;

    public long Lost => _queue.Lost;

    public INodeTap Tap => _queue;

    public static DedicatedThreadDispatcher Dispatcher() => new(Thread, lowPriority: true);

    /// <summary>Samples on their way into the log. Any thread, never blocks.</summary>
    public void Look(IReadOnlyList<SampleBatch> batches) => _queue.Memory.Look(batches);

    /// <summary>A frame was scored. Any thread, never blocks.</summary>
    public void Scored(NodeKey node, long timeMs, float score, float threshold) => _queue.Score(node, timeMs, score, threshold);

    public void Open() => _learner = new LearnerPort(() => new FaultLearner(settings, new FolderArchive(folder, settings.IntervalMs, flush, Say), line => say.Info(Component, line)));

    public void Close() => _learner?.Dispose();

    public void Start(ActorSystem system) => _actor = system.ActorOf(Props.Create(() => new FaultActor(settings, _learner!, _board, Say)).WithDispatcher(Thread), "faults");

    public async Task<WentBack> GoBackAsync(CancellationToken stop)
    {
        if (_actor is not { } actor)
            throw new DependencyException("the fault model is not started yet");
        try
        {
            return await actor.Ask<WentBack>(GoBack.One, GoBackLimit, stop);
        }
        catch (AskTimeoutException)
        {
            throw new DependencyException($"a training or tuning is under way and did not end within {GoBackLimit.TotalSeconds:0} s; the version before serves when it has");
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        var grace = Math.Min(GraceCadences * (long)cadence.TotalMilliseconds, settings.IntervalMs);
        _closed = _builder.NumberAt(NowMs() - grace) - 1;
        using var timer = new PeriodicTimer(settings.Interval < 4 * DrainEvery ? settings.Interval / 4 : DrainEvery, clock);
        while (await timer.WaitForNextTickAsync(stop))
        {
            Drain();
            var number = _builder.NumberAt(NowMs() - grace) - 1;
            if (number <= _closed)
                continue;
            // Where the loop slept over some, they are missing: what is known of nodes now is not what was then.
            _closed = number;
            CloseOne(number);
        }
    }

    public void AddMeters(Meter meter)
    {
        meter.CreateObservableGauge("tocsin_fault_model_version", () => View.Status.Serving, null, "Of the fault model that serves; 0: none.");
        meter.CreateObservableGauge("tocsin_fault_intervals_waiting", () => View.Waiting, null, "Intervals that wait to be learned from.");
        meter.CreateObservableCounter("tocsin_fault_intervals_dropped", () => View.Dropped, null, "Intervals that were not learned from, because too many waited or a step failed.");
        meter.CreateObservableCounter("tocsin_fault_samples_lost", () => Lost, null, "Frames and scores that did not fit on their way to an interval.");
        meter.CreateObservableCounter("tocsin_fault_samples_late", () => _builder.Late, null, "Frames and scores that came after their interval was closed.");
        meter.CreateObservableGauge("tocsin_fault_labels", () => View.Status.Labels.Select(l => new Measurement<long>(l.Faults, new("origin", Http.Schema.Word(l.Origin)), new KeyValuePair<string, object?>("class", l.Class is { } c ? Http.Schema.Word(c) : "unknown"))), null, "Faults, and stretches confirmed as healthy (none), that are known, by how they came.");
    }

    private void Drain()
    {
        var nowMs = NowMs();
        while (_queue.Samples.TryRead(out var sample))
            _builder.Add(sample, nowMs);
        while (_queue.States.TryRead(out var state))
        {
            _states.Add(state);
            if (state.GoneSinceMs is not null)
                _switches.Remove(state.Node);
            else if (_switches.Count < most || _switches.ContainsKey(state.Node))
                _switches[state.Node] = state.Switch;
        }
    }

    private void CloseOne(long number)
    {
        var nowMs = NowMs();
        Evidence.Heard? heard = null;
        try
        {
            heard = _evidence.Ask(number * settings.IntervalMs, (number + 1) * settings.IntervalMs, nowMs);
            _trouble = null;
        }
        catch (StoreException away)
        {
            // Without it nobody can be said to have been quiet.
            if (_trouble != away.Message)
                say.Warning(Component, $"the store cannot be asked for alerts: {away.Message}");
            _trouble = away.Message;
        }
        var closed = _builder.Close(number, [.. nodes.Nodes.Select(v => Facts(v, heard))]);
        _actor?.Tell(new IntervalOver(closed, heard?.Records ?? [], [.. _states], nowMs));
        _states.Clear();
    }

    private NodeFacts Facts(NodeView view, Evidence.Heard? heard) => new(
        view.Node,
        view.Condition is not (NodeCondition.Stale or NodeCondition.Down),
        view.Condition is NodeCondition.Normal or NodeCondition.Unknown && !view.Muted && heard?.Alarmed.Contains(view.Node) == false,
        [.. view.Jobs.Select(j => new JobKey(j.JobId, j.StartMs))],
        _switches.GetValueOrDefault(view.Node));

    private long NowMs() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private void Say(string line) => say.Warning(Component, line);
}
