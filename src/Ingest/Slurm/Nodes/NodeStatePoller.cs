using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Nodes;

/// <summary>How asking for nodes does. Times are unix milliseconds, 0 = never.</summary>
public sealed record NodeStateHealth(long AnsweredMs, int Failures, string? Failure, long Changes, long Rejected, int Nodes)
{
    public static NodeStateHealth None { get; } = new(0, 0, null, 0, 0, 0);
}

/// <summary>Asks <c>scontrol</c> for all nodes and all reservations, two commands a round whatever the number of nodes, now and then for the topology, and hands on
/// what changed.</summary>
/// <param name="everySeconds">30..3600.</param>
/// <param name="jitter">0..1.</param>
/// <param name="departures">Who is named no more; null = nobody is looked for.</param>
/// <param name="watched">Nodes as they are shown now.</param>
/// <param name="trouble">Told why a round failed, once a reason, and null when one succeeds again.</param>
public sealed class NodeStatePoller(
    SlurmPrograms programs, CommandGate gate, string cluster, int everySeconds, INodeStateSink sink, TimeProvider time, Func<double> jitter,
    Action<string?>? trouble = null, NodeDepartures? departures = null, Func<IEnumerable<NodeView>>? watched = null)
{
    private const int MaxBytes = 128 << 20, MaxBackoffSeconds = 600;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan TopologyEvery = TimeSpan.FromMinutes(30);

    private readonly NodeStateDiff _diff = new();
    private IReadOnlyDictionary<string, string> _switches = new Dictionary<string, string>();
    private long _topologyMs = long.MinValue / 2;

    /// <summary>Replaced whole; read by anyone.</summary>
    public NodeStateHealth Health { get; private set; } = NodeStateHealth.None;

    /// <summary>Until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await AskAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            var wait = Math.Min((double)Math.Max(MaxBackoffSeconds, everySeconds), everySeconds * Math.Pow(2, Math.Min(Health.Failures, 10)));
            await Task.Delay(TimeSpan.FromSeconds(wait * (1 + 0.2 * jitter())), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One round; null, or why it failed.</summary>
    public async Task<string?> AskAsync(CancellationToken stop)
    {
        var asked = time.GetUtcNow().ToUnixTimeMilliseconds();
        var rejected = new Rejections();
        var nodes = await gate.RunAsync(Command("node"), stop);
        var reservations = nodes.Failure is null ? await gate.RunAsync(Command("reservation"), stop) : nodes;
        if (reservations.Failure is { } why)
            return Failed(why);
        await AskTopologyAsync(asked, rejected, stop);
        var states = Topology.Apply(Reservations.Apply(NodeText.Parse(nodes.Output, cluster, asked, rejected), Reservations.Parse(reservations.Output, rejected)), _switches);
        // An answer without a single node is a controller that has just begun, not an empty machine room.
        if (states.Count == 0)
            return Failed("scontrol told of no node");
        var changed = _diff.Changed(states);
        if (departures is not null && watched is not null)
            changed = [.. changed, .. departures.Look(states, changed, watched(), asked)];
        if (changed.Count > 0 && await sink.AppendAsync(changed, stop) is not Appended)
            return Failed("the log does not take the states of nodes now");
        _diff.Accept(states);
        if (Health.Failure is not null)
            trouble?.Invoke(null);
        Health = new NodeStateHealth(asked, 0, null, Health.Changes + changed.Count, Health.Rejected + rejected.Total, states.Count);
        return null;
    }

    /// <summary>Changes with the cables, so seldom. What fails leaves what was known: the round does not hang on it.</summary>
    private async Task AskTopologyAsync(long nowMs, Rejections rejected, CancellationToken stop)
    {
        if (nowMs - _topologyMs < TopologyEvery.TotalMilliseconds)
            return;
        _topologyMs = nowMs;
        var answer = await gate.RunAsync(Command("topology"), stop);
        if (answer.Failure is null)
            _switches = Topology.Parse(answer.Output, rejected);
    }

    private CommandLimits Command(string what) =>
        new(programs.Path("scontrol"), ["--oneliner", "--all", "show", what], programs.Environment(), Limit, MaxBytes);

    private string Failed(string why)
    {
        if (why != Health.Failure)
            trouble?.Invoke(why);
        Health = Health with { Failures = Health.Failures + 1, Failure = why };
        return why;
    }
}

/// <summary>Which of the states differ from what was last handed on. One thread at a time.</summary>
public sealed class NodeStateDiff
{
    private Dictionary<NodeKey, NodeState> _known = [];

    /// <remarks>A node that is no longer told is <see cref="NodeConditions.Absent"/>: it left the configuration.</remarks>
    public IReadOnlyList<NodeState> Changed(IReadOnlyList<NodeState> states)
    {
        var changed = states.Where(s => !_known.TryGetValue(s.Node, out var known) || known with { AsOfMs = s.AsOfMs } != s).ToList();
        var told = states.Select(s => s.Node).ToHashSet();
        changed.AddRange(_known.Values.Where(k => !told.Contains(k.Node))
            .Select(k => k with { AsOfMs = states[0].AsOfMs, Conditions = NodeConditions.Absent, Words = "", Reason = "" }));
        return changed;
    }

    /// <summary>What changed is in the log.</summary>
    public void Accept(IReadOnlyList<NodeState> states) => _known = states.ToDictionary(s => s.Node);
}
