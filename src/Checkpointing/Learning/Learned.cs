using Tocsin.Checkpointing.Policies;
using Tocsin.Shared;

namespace Tocsin.Checkpointing.Learning;

/// <summary>Knowledge from what really happened: C and R from checkpoints and restarts, M from failures (Gamma with a prior), r and p from its own past predictions.
/// Told nothing. Not thread-safe: it belongs to the supervisor.</summary>
/// <param name="useAges">Risk by the nodes' ages. Off: in the simulator it gains nothing over the mean risk even where the law has k = 0.5 and is known (docs/CHECKPOINTS.md).</param>
public sealed partial class Learned(Priors priors, bool useAges = false) : IKnowledge
{
    /// <summary>A failure this long after a prediction's end still makes it true.</summary>
    private const long SlackMs = 60_000;

    /// <summary>What jobs tell is in whole seconds, and 0 of a quick one: against less than this nothing is measured.</summary>
    private const double LeastS = 1;

    /// <summary>One job's two words are not to keep every other one from writing for ever.</summary>
    private const double MostStretch = 16;

    private readonly Dictionary<int, RunningMean> _checkpoints = [];
    private readonly LeadBook _leads = new();
    private readonly TrustBook _trust = new();
    private readonly Lives _lives = new();
    private readonly Dictionary<NodeKey, List<NodePrediction>> _open = [];
    private readonly PriorityQueue<NodePrediction, long> _ends = new();
    private RunningMean _checkpoint, _restart, _down, _move;
    private double _stretch = 1, _jobSeconds;
    private int _jobEnds;

    /// <summary>Gamma: shape and rate of the belief about failures a node-second.</summary>
    public double Failures { get; private set; }

    public double NodeSeconds { get; private set; }

    public double NodeMtbfS => (priors.NodeMtbfS + NodeSeconds) / (1 + Failures);

    public LifeLaw? Law => _lives.Law;

    public double Precision(in NodePrediction prediction) => _trust.Precision(prediction.Confidence);

    public double Recall(double leadS) => _leads.Recall(leadS);

    public void CheckpointTook(int kind, double seconds)
    {
        if (_checkpoints.TryGetValue(kind, out var own))
            _stretch = Math.Clamp(1.1 * seconds / Math.Max(LeastS, own.Mean), _stretch, MostStretch);
        _checkpoint = _checkpoint.Add(seconds);
        _checkpoints[kind] = _checkpoints.GetValueOrDefault(kind).Add(seconds);
    }

    public void RestartTook(double seconds) => _restart = _restart.Add(seconds);

    public void DownFor(double seconds) => _down = _down.Add(seconds);

    public void MoveTook(double seconds) => _move = _move.Add(seconds);

    /// <summary>A job ended of itself.</summary>
    public void JobEnded() => _jobEnds++;

    public void JobsRan(double jobSeconds) => _jobSeconds += jobSeconds;

    public double EndsPerS(in JobSituation job) => _jobEnds == 0 ? 0 : _jobEnds / _jobSeconds;

    /// <summary>M forgets slowly: machines age, are repaired and replaced. What was seen <see cref="Priors.HalfLifeS"/> ago weighs half.</summary>
    /// <param name="elapsedS">Since it was told last; 0 forgets nothing.</param>
    public void Watched(double nodeSeconds, double elapsedS = 0)
    {
        var kept = elapsedS > 0 ? Math.Exp(-Math.Log(2) * elapsedS / priors.HalfLifeS) : 1;
        (Failures, NodeSeconds) = (kept * Failures, (kept * NodeSeconds) + nodeSeconds);
    }

    public void InService(NodeKey node, long atMs) => _lives.InService(node, atMs);

    public void Predicted(in NodePrediction prediction)
    {
        _leads.Predicts = true;
        if (!_open.TryGetValue(prediction.Node, out var open))
            _open[prediction.Node] = open = [];
        open.Add(prediction);
        _ends.Enqueue(prediction, prediction.UntilMs + SlackMs);
    }

    /// <summary>Predictions whose time is over did not come true.</summary>
    public void Pass(long nowMs)
    {
        while (_ends.TryPeek(out var prediction, out var endMs) && endMs < nowMs)
        {
            _ends.Dequeue();
            if (_open.TryGetValue(prediction.Node, out var open) && open.Remove(prediction))
                _trust.Add(prediction.Confidence, cameTrue: false);
        }
    }

    public void Failed(NodeKey node, long atMs)
    {
        Pass(atMs);
        Failures++;
        _lives.Failed(node, atMs);
        double? lead = null;
        if (_open.Remove(node, out var open))
        {
            foreach (var prediction in open)
            {
                _trust.Add(prediction.Confidence, cameTrue: true);
                lead = Math.Max(lead ?? 0, (atMs - prediction.IssuedMs) / 1000.0);
            }
        }
        _leads.Add(lead);
    }

    public JobCosts CostsOf(in JobSituation job)
    {
        var pooled = _checkpoint.Towards(priors.CheckpointS, 1);
        var own = _checkpoints.GetValueOrDefault(job.Kind);
        var mean = own.Towards(pooled, 0.5);
        // Two deviations, or a tenth while few were seen.
        var high = mean + Math.Max(2 * own.Deviation, mean / (10 + own.Weight));
        var restart = _restart.Towards(priors.RestartS, 1);
        return new JobCosts(mean, high, own.Weight > 0 ? Math.Max(high, mean * Math.Max(2, _stretch)) : priors.CheckpointWorstS, restart, _down.Towards(priors.DownS, 1), _move.Towards(restart, 1));
    }

    public double FailuresPerS(in JobSituation job)
    {
        if (!useAges || _lives.Law is not { } law || job.InServiceSinceMs is not { } since)
            return job.Nodes / NodeMtbfS;
        // A node whose last repair nobody saw is as old as a mean life: it has outlived the watch.
        var (sum, unknown) = (0.0, law.FailuresPerS(NodeMtbfS));
        for (var i = 0; i < since.Count; i++)
            sum += since[i] == long.MinValue ? unknown : law.FailuresPerS((job.NowMs - since[i]) / 1000.0);
        return sum;
    }
}
