using System.Collections.Concurrent;
using System.Collections.Immutable;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Actors.Supervision.Acting;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Policies;
using Tocsin.Inference.Learning;

namespace Tocsin.Actors.Supervision;

/// <summary>The supervisor: the owner of the one partition of the control topic. Words come from the log, the cluster's picture from Slurm; what it decides is committed
/// before anything is done.</summary>
/// <remarks>
/// An action's step is written in a commit, under the shard's epoch, before the next one begins; its command is begun in <see cref="Committed"/> of the commit that says
/// Started, and at no other place. So of two supervisors that both believe to be the one only one can come to that place, and one that lost its lease while a command
/// was on its way finds its epoch gone at the last look (<see cref="SupervisorView.Stops"/>) or is outwaited by its successor (<c>ActionRules.Recover</c>).
/// Answers of Slurm reach the memory that asked and no later one: a new life observes for itself.
/// </remarks>
public sealed partial class SupervisorShard : IShardWork
{
    private const long QuietWriteMs = 60_000;

    private readonly SupervisorOptions _options;
    private readonly ISupervisorInputs _inputs;
    private readonly IActingPort _port;
    private readonly SupervisorBoard _board;
    private readonly Action<string> _say;
    private readonly SupervisorState _state;
    private readonly IPolicy _policy;
    private readonly ConcurrentQueue<object> _inbox = new();
    private readonly List<NewDeadLetter> _dead = [];
    private readonly List<(long Offset, ControlAnswer Answer)> _answers = [];
    private ImmutableSortedDictionary<string, JobPlan> _plans = ImmutableSortedDictionary.Create<string, JobPlan>(StringComparer.Ordinal);
    private ClusterPicture? _picture;
    private LiveFacts _facts;
    private string? _brake;
    private long _epoch, _startedMs, _decidedMs, _storedTo, _draftedMs;

    /// <summary>Something was said that may change a decision.</summary>
    private bool _wake;

    /// <summary>Others are to see what is in memory, although nothing of it is to be written.</summary>
    private bool _show;

    public SupervisorShard(SupervisorOptions options, ISupervisorInputs inputs, IActingPort port, SupervisorBoard board, Action<string> say)
    {
        (_options, _inputs, _port, _board, _say) = (options, inputs, port, board, say);
        _state = new SupervisorState(options.Priors);
        _policy = options.Make(_state.Knowledge.Learned);
    }

    public void Load(Acquired stored)
    {
        _state.Load(stored);
        foreach (var line in _state.Anew.Take(10))
            _say(line);
        _storedTo = stored.NextOffset;
    }

    public void Apply(in LogRecord record) => Take(record);

    public InferenceBatch? Windows() => null;

    public void Complete(InferenceBatch windows) => throw new InvalidOperationException("the supervisor asks for no windows");

    public ShardCommit? Draft(in ShardMoment moment)
    {
        var now = moment.NowMs;
        _epoch = moment.Epoch;
        if (_startedMs == 0)
            _startedMs = now;
        // While there is more to read, a veto may stand in it.
        if (moment.CaughtUp)
            GoOn(now);
        var late = moment.Whole || now - _draftedMs >= QuietWriteMs;
        if (!_state.Changed && _dead.Count == 0 && _answers.Count == 0 && !(late && moment.AppliedTo > _storedTo))
        {
            if (_show)
                Show();
            return null;
        }
        _draftedMs = now;
        _storedTo = moment.AppliedTo;
        var (rows, removed) = _state.Rows();
        return new ShardCommit
        {
            Shard = moment.Shard,
            Epoch = moment.Epoch,
            NextOffset = moment.AppliedTo,
            Rows = rows,
            RemovedRows = removed,
            Counters = [.. _state.Counters],
            DeadLetters = [.. _dead],
        };
    }

    public void Committed()
    {
        _state.Committed();
        _dead.Clear();
        Show();
        foreach (var (offset, answer) in _answers)
            _board.Answer(offset, answer);
        _answers.Clear();
        RunStarted();
    }

    public void GiveUp(long offset, string reason, long nowMs)
    {
        _dead.Add(new NewDeadLetter(offset, reason, nowMs));
        _say($"control record {offset} is left out: {reason}");
    }

    private void GoOn(long now)
    {
        TakeAnswers(now);
        if (_inputs.Picture is { } picture && picture.AtMs != _picture?.AtMs)
        {
            Observe(picture, now);
            _show = true;
        }
        if (_picture is not null && (now - _decidedMs >= _options.Every.TotalMilliseconds || now < _decidedMs || (_wake && now - _decidedMs >= 1000)))
        {
            (_decidedMs, _wake, _show) = (now, false, true);
            _facts = _inputs.Facts(now);
            Decide(_picture, now);
        }
        Advance(now);
    }

    private void Show()
    {
        _show = false;
        _board.Publish(new SupervisorView(_epoch, _decidedMs, _state.Hold, _brake, _state.Actions, _state.Decisions, _state.Vetoes, _state.Nodes, _state.Failures, _plans) { Told = _told, Spares = _spares, Inputs = Standings() });
    }
}
