using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Policies;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Simulation;

/// <summary>One policy on one machine under one list of failures and predictions, event by event. The same input gives the same output.</summary>
public sealed partial class PolicyRun
{
    private const int Gone = -1, Pooled = -2;
    private const double ObserveEveryS = 86_400;

    private enum What
    {
        Look,
        JobEnds,
        DownEnds,
        RestartEnds,
        MoveEnds,
        NodeBack,
        WriteEnds,
    }

    private readonly ClusterModel _model;
    private readonly FailureTrace _trace;
    private readonly IReadOnlyList<NodePrediction> _predictions;
    private readonly IPolicy _policy;
    private readonly Learned? _learned;
    private readonly Random _random;
    private readonly PriorityQueue<(What What, int Index, int Version), double> _queue = new();
    private readonly SharedStorage _storage;
    private readonly Place[] _places;
    private readonly IReadOnlyList<NodeKey> _names;
    private readonly Dictionary<NodeKey, int> _numbers = [];
    private readonly int[] _where;
    private readonly long[] _inServiceMs;
    private readonly Queue<int> _pool = new();
    private readonly Waste _waste = new();
    private double _now, _observed;
    private int _writes;

    private PolicyRun(ClusterModel model, FailureTrace trace, IReadOnlyList<NodePrediction> predictions, IPolicy policy, Learned? learned, int seed)
    {
        (_model, _trace, _predictions, _policy, _learned) = (model, trace, predictions, policy, learned);
        _random = new Random(seed);
        _storage = new SharedStorage(model.StorageNodes);
        _names = model.Names();
        for (var n = 0; n < _names.Count; n++)
            _numbers[_names[n]] = n;
        _where = new int[_names.Count];
        _inServiceMs = [.. Enumerable.Repeat(long.MinValue, _names.Count)];
        var next = 0;
        _places = [.. model.Places.Select((size, i) => new Place(i, [.. Enumerable.Range(Skip(ref next, size), size)], $"{i}"))];
        for (var n = next; n < _names.Count; n++)
            Release(n);
    }

    /// <param name="learned">What the policy learns with; null for policies that are told.</param>
    /// <param name="seed">Of the jobs' lengths.</param>
    public static Waste Of(ClusterModel model, FailureTrace trace, IReadOnlyList<NodePrediction> predictions, IPolicy policy, Learned? learned, int seed)
    {
        if (trace.Nodes > model.Nodes)
            throw new ArgumentException($"failures of {trace.Nodes} nodes on a machine of {model.Nodes}", nameof(trace));
        var run = new PolicyRun(model, trace, predictions, policy, learned, seed);
        run.Go();
        return run._waste;
    }

    private static long Ms(double seconds) => (long)(seconds * 1000);

    private static int Skip(ref int next, int size) => (next += size) - size;

    private void Go()
    {
        foreach (var place in _places)
        {
            foreach (var node in place.Nodes)
                _where[node] = place.Index;
            NextJob(place);
        }
        var (failure, prediction) = (0, 0);
        while (true)
        {
            var failureAt = failure < _trace.Failures.Count ? _trace.Failures[failure].AtS : double.PositiveInfinity;
            var predictionAt = prediction < _predictions.Count ? _predictions[prediction].IssuedMs / 1000.0 : double.PositiveInfinity;
            var queued = _queue.TryPeek(out _, out var at) ? at : double.PositiveInfinity;
            var next = Math.Min(queued, Math.Min(failureAt, predictionAt));
            if (next >= _trace.HorizonS)
                break;
            _now = Math.Max(_now, next);
            _waste.Events++;
            if (queued <= failureAt && queued <= predictionAt)
                Handle(_queue.Dequeue());
            else if (predictionAt <= failureAt)
                Predict(_predictions[prediction++]);
            else
                Fail(_trace.Failures[failure++]);
        }
        _now = _trace.HorizonS;
        foreach (var place in _places)
        {
            Charge(place);
            _waste.Total += place.Nodes.Length * _trace.HorizonS;
        }
    }

    private void Handle((What What, int Index, int Version) due)
    {
        if (due.What == What.NodeBack)
        {
            Back(due.Index, due.Version);
            return;
        }
        if (due.What == What.WriteEnds)
        {
            if (due.Version == _writes && _storage.Next() is { } write)
                Written(_places[write.Place]);
            return;
        }
        var place = _places[due.Index];
        if (due.Version != place.Version)
            return;
        switch (due.What)
        {
            case What.Look:
                Decide(place);
                break;
            case What.JobEnds:
                place.SavedS = _now;
                _learned?.JobEnded();
                NextJob(place);
                break;
            case What.DownEnds:
                if (place.Missing > 0)
                    Turn(place, Doing.Waiting);
                else
                    Restart(place);
                break;
            case What.RestartEnds:
                _learned?.DownFor(_now - _model.RestartS - place.FailedS);
                _learned?.RestartTook(_model.RestartS);
                _waste.RecoveryS += _now - place.FailedS;
                Resume(place);
                break;
            case What.MoveEnds:
                _learned?.MoveTook(_model.MoveS);
                Resume(place);
                break;
            default:
                throw new InvalidOperationException($"{due.What} is of no place");
        }
    }

    private void Observe()
    {
        if (_learned is null || _now <= _observed)
            return;
        _learned.Watched((_now - _observed) * _trace.Nodes);
        _learned.JobsRan((_now - _observed) * _places.Length);
        _learned.Pass(Ms(_now));
        _observed = _now;
    }

    private void Predict(in NodePrediction prediction)
    {
        Observe();
        _learned?.Predicted(prediction);
        var at = _where[_numbers[prediction.Node]];
        if (at < 0)
            return;
        var place = _places[at];
        place.Predictions.Add(prediction);
        if (place.Doing == Doing.Computing)
            Decide(place);
    }

    private void Decide(Place place)
    {
        if (_now - _observed > ObserveEveryS)
            Observe();
        place.Predictions.RemoveAll(p => p.UntilMs < Ms(_now));
        var situation = new JobSituation
        {
            Job = place.Job,
            NowMs = Ms(_now),
            Nodes = place.Nodes.Length,
            Kind = place.Index,
            RunningSinceMs = Ms(place.RunningSinceS),
            FirstRunMs = Ms(place.FirstRunS),
            SavedMs = Ms(place.SavedS),
            LastActionMs = place.LastActionS is { } last ? Ms(last) : null,
            LastMoveMs = place.LastMoveS is { } move ? Ms(move) : null,
            CheckpointSpentS = place.SpentS,
            Load = Math.Min(1, _model.BackgroundLoad + (_storage.Load / 2)),
            Predictions = place.Predictions,
            InServiceSinceMs = place.InServiceMs,
            Target = Spare() is { } spare ? _names[spare] : null,
            CanCheckpoint = true,
            CanMigrate = true,
        };
        place.Version++;
        switch (_policy.Decide(situation))
        {
            case Hold hold:
                var end = place.SavedS + place.LeftS;
                // The policy speaks in whole milliseconds: looking a hair later finds what it meant.
                var look = Math.Max((hold.LookAgainMs + 1) / 1000.0, _now + 0.001);
                _queue.Enqueue(look < end ? (What.Look, place.Index, place.Version) : (What.JobEnds, place.Index, place.Version), Math.Min(look, end));
                break;
            case Checkpoint:
                Write(place, Doing.Checkpointing);
                break;
            case Migrate migrate:
                (place.Suspect, place.SuspectUntilS) = (_numbers[migrate.From], migrate.DeadlineMs / 1000.0);
                place.Successor = _numbers[migrate.Target];
                // Kept for it: no other job is given this node meanwhile.
                _where[place.Successor] = Gone;
                Write(place, Doing.Leaving);
                break;
            default:
                throw new InvalidOperationException("a decision outside of the closed set");
        }
    }
}
