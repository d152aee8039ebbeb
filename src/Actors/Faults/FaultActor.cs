using Tocsin.Actors.Faults.Intervals;
using Tocsin.Actors.Faults.Labels;
using Tocsin.Actors.Faults.Learning;
using Tocsin.Actors.Runtime;
using Tocsin.Inference.Faults;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Faults;

/// <summary>An interval is over, and what was heard of faults since the one before.</summary>
public sealed record IntervalOver(ClosedInterval Interval, IReadOnlyList<LabelRecord> Labels, IReadOnlyList<NodeState> States, long NowMs);

/// <summary>Asked: the version that served before is to serve again. Answered with <see cref="WentBack"/>, when a training that is under way has ended.</summary>
public sealed record GoBack
{
    public static readonly GoBack One = new();
}

/// <param name="Version">That serves now; 0: none.</param>
/// <param name="Why">Why nothing was changed; null: it was.</param>
public sealed record WentBack(int Version, string? Why);

/// <summary>What the actor shows to those who look. Any thread.</summary>
public sealed class FaultBoard
{
    private volatile FaultBoardView _view = new(FaultStatus.New, 0, 0, null);

    public FaultBoardView View
    {
        get => _view;
        internal set => _view = value;
    }

    public OutlookBoard Outlooks { get; } = new();
}

/// <param name="Waiting">Intervals that wait to be learned from.</param>
/// <param name="Dropped">Intervals that were not learned from, because too many waited.</param>
/// <param name="Trouble">Why learning waits; null: it does not.</param>
public sealed record FaultBoardView(FaultStatus Status, int Waiting, long Dropped, string? Trouble);

/// <summary>Hosts the fault model: predicts with the version that serves as soon as an interval is over, and hands the interval on to the learner, one at a time.</summary>
/// <remarks>Prediction never waits for learning: it needs the last intervals and a model, which are immutable, and both are here. What waits for the learner is bounded: the oldest interval
/// goes first, its labels stay. Trouble of the disk is repeated with backoff until it is over; a step that fails otherwise is tried three times and left out.</remarks>
/// <param name="say">Told, once a kind of trouble, why learning waits.</param>
public sealed class FaultActor(FaultModelSettings settings, IPort<LearnInput, LearnAnswer> learner, FaultBoard board, Action<string> say) : UntypedActor
{
    public const int MostWaiting = 48;

    private const int MostLabels = 50_000, MostAttempts = 3;

    /// <summary>Longer than any training; without an answer by then the learner's thread is stuck, and asking again would only queue behind it.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromHours(20);

    private static readonly Backoff Retry = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), 0.2);

    private readonly LinkedList<IntervalOver> _waiting = new();
    private readonly Queue<IActorRef> _askers = new();
    private readonly FaultForecast _forecast = new(settings);
    private List<ClosedInterval> _recent = [];
    private ServedModel? _served;
    private LearnInput? _under;
    private FaultStatus _status = FaultStatus.New;
    private string? _trouble;
    private long _dropped;
    private int _failures;
    private bool _loaded;

    protected override void PreStart() => Go();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case IntervalOver over:
                OnOver(over);
                break;
            case GoBack:
                if (_askers.Count < MostWaiting)
                    _askers.Enqueue(Sender);
                else
                    Sender.Tell(new WentBack(_status.Serving, "too many ask"), Self);
                Go();
                break;
            case Learned learned:
                OnLearned(learned.Result);
                break;
            case Again:
                Ask();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnOver(IntervalOver over)
    {
        if (_recent.Count == 0 || over.Interval.Number > _recent[^1].Number)
        {
            _recent.Add(over.Interval);
            _recent.RemoveAll(i => i.Number <= over.Interval.Number - IFaultPredictor.PastIntervals);
        }
        Predict();
        _waiting.AddLast(over);
        while (_waiting.Count > MostWaiting)
        {
            var (first, second) = (_waiting.First!.Value, _waiting.First.Next!.Value);
            _waiting.RemoveFirst();
            _waiting.First!.Value = second with { Labels = [.. first.Labels.Concat(second.Labels).TakeLast(MostLabels)], States = [.. first.States.Concat(second.States).TakeLast(MostLabels)] };
            _dropped++;
        }
        Go();
        Show();
    }

    private void Predict() => board.Outlooks.Publish(_served is { } model ? _forecast.Run(model, _recent, settings.IntervalMs) : []);

    /// <summary>Asks for the next thing, where nothing is under way.</summary>
    private void Go()
    {
        if (_under is not null)
            return;
        if (!_loaded)
        {
            _under = LearnInput.Nothing;
        }
        else if (_askers.Count > 0)
        {
            _under = LearnInput.Nothing with { RollBack = true };
        }
        else if (_waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            _under = new LearnInput(next.Value.Interval, next.Value.Labels, false, next.Value.NowMs, next.Value.States);
        }
        else
        {
            return;
        }
        Ask();
    }

    private void Ask() => Context.Pipe(learner, _under!, Limit, r => new Learned(r));

    private void OnLearned(PortResult<LearnAnswer> result)
    {
        if (!result.IsSuccess)
        {
            OnFailed(result.Error!);
            return;
        }
        var answer = result.Value;
        var changed = _served?.Version != answer.Serving?.Version || _served is { WhyNot: null } != answer.Serving is { WhyNot: null };
        (_status, _served, _failures, _trouble) = (answer.Status, answer.Serving, 0, null);
        if (!_loaded && _recent.Count == 0)
            _recent = [.. answer.Recent];
        if (changed)
            Predict();
        _loaded = true;
        if (_under!.RollBack)
            Answer(new WentBack(_status.Serving, answer.RolledBack ? null : "there is no earlier version whose weights are kept"));
        _under = null;
        Go();
        Show();
    }

    private void OnFailed(Exception error)
    {
        _failures++;
        if (_trouble != error.Message)
            say($"learning waits: {error.Message}");
        _trouble = error.Message;
        if (_under!.RollBack)
        {
            Answer(new WentBack(_status.Serving, error.Message));
            _under = null;
        }
        else if (error is not Shared.TocsinException && _failures >= MostAttempts && _loaded)
        {
            say($"an interval is left out of learning after {_failures} attempts: {error.Message}");
            (_under, _failures) = (null, 0);
            _dropped++;
        }
        if (_under is null)
            Go();
        else
            Timers.StartSingleTimer(Again.One, Again.One, Retry.Delay(_failures, Context.System.NextJitter()));
        Show();
    }

    private void Answer(WentBack answer)
    {
        while (_askers.TryDequeue(out var asker))
            asker.Tell(answer, Self);
    }

    private void Show() => board.View = new FaultBoardView(_status, _waiting.Count, _dropped, _trouble);

    private sealed record Learned(PortResult<LearnAnswer> Result);

    private sealed class Again
    {
        public static readonly Again One = new();
    }
}
