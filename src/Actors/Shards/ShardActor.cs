using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;
using Tocsin.Inference.Learning;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Shards;

/// <summary>One shard's life: acquire, apply, compute, commit, again. The rules are its <see cref="IShardWork"/>'s; here is only the order of things.</summary>
/// <remarks>
/// Nothing is applied while an answer is awaited, so memory is always what the next commit says. Whatever leaves it open what is stored (an exception,
/// a commit without an answer) ends the memory: a new one is acquired under a higher epoch, so that a commit of the old one that is still under way is
/// refused. Answers carry the life that asked for them.
/// </remarks>
public sealed class ShardActor : UntypedActor
{
    private readonly TopicPartition _at;
    private readonly Func<IShardWork> _new;
    private readonly ShardPorts _ports;
    private readonly ShardSettings _settings;
    private readonly ShardProgress _progress;
    private readonly Action<string> _say;

    private IShardWork? _work;
    private Stage _stage = Stage.Away;
    private long _life;
    private long _epoch;
    private long _applied;
    private long _end;
    private Records? _waiting;
    private LogBatch? _held;
    private ShardCommit? _draft;
    private int _failures;
    private bool _careful;
    private bool _young;
    private long _skip = -1;
    private bool _releasing;
    private int _taken;

    public ShardActor(TopicPartition at, Func<IShardWork> work, ShardPorts ports, ShardSettings settings, ShardProgress progress, Action<string> say) =>
        (_at, _new, _ports, _settings, _progress, _say) = (at, work, ports, settings, progress, say);

    private enum Stage
    {
        Away,
        Acquiring,
        Attempting,
        Idle,
        Computing,
        Committing,
    }

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, _settings.Tick);
        Acquire();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Records records:
                _waiting = records;
                _end = records.End;
                Go();
                break;
            case Tick:
                if (_stage == Stage.Idle && _waiting is null && _held is null)
                    Guarded(Write);
                break;
            case Again when _stage == Stage.Away:
                Acquire();
                break;
            case Again when _stage == Stage.Committing:
                Commit();
                break;
            case Again when _stage == Stage.Attempting:
                Attempt();
                break;
            case Again:
                break;
            case AcquireAnswered answer when answer.Life == _life:
                OnAcquired(answer.Result);
                break;
            case AttemptAnswered answer when answer.Life == _life:
                OnAttempted(answer.Result);
                break;
            case WindowsAnswered answer when answer.Life == _life:
                OnWindows(answer.Result);
                break;
            case CommitAnswered answer when answer.Life == _life:
                OnCommit(answer.Result);
                break;
            case AcquireAnswered or AttemptAnswered or WindowsAnswered or CommitAnswered:
                break;
            case ReadFailed failed:
                Paused(failed.Failure.Message);
                Timers.StartSingleTimer(Again.Instance, Again.Instance, Delay());
                Drop();
                break;
            case Release:
                _releasing = true;
                Go();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Acquire()
    {
        _stage = Stage.Acquiring;
        var life = ++_life;
        Context.Pipe(_ports.Acquire, _at, _settings.Limit, r => new AcquireAnswered(life, r));
    }

    private void OnAcquired(PortResult<AcquireResult> result)
    {
        if (result is { IsSuccess: true, Value: Acquired acquired })
        {
            (_epoch, _applied, _young) = (acquired.Epoch, acquired.NextOffset, true);
            // What was tried before and left no commit behind may be what ended the process: one record at a time then.
            _careful = _careful || acquired.Attempts > 0;
            Guarded(() =>
            {
                _work = _new();
                _work.Load(acquired);
                _stage = Stage.Idle;
                Context.Parent.Tell(new ReadFrom(_at, _applied));
                Show();
                Go();
            });
            return;
        }
        Retry(result.IsSuccess ? ((AcquireFailed)result.Value).Failure.Message : result.Error!.Message);
    }

    /// <summary>Counted before the first records of a life, and before each where something went wrong: one that kills the process is known by its count.
    /// The step after it writes everything, so that the count is forgotten once it went well.</summary>
    private void Attempt()
    {
        _stage = Stage.Attempting;
        var life = _life;
        Context.Pipe(_ports.Attempt, new ShardAttempt(_at, _epoch, _applied), _settings.Limit, r => new AttemptAnswered(life, r));
    }

    private void OnAttempted(PortResult<AttemptResult> result)
    {
        switch (result.IsSuccess ? result.Value : null)
        {
            case Attempted attempted:
                if (attempted.Count > _settings.MostAttempts)
                    _skip = _applied;
                _careful = _careful || attempted.Count > 1;
                _stage = Stage.Idle;
                Go(attempted: true);
                break;
            case AttemptFenced:
                Lost();
                break;
            default:
                Paused(result.IsSuccess ? ((AttemptFailed)result.Value).Failure.Message : result.Error!.Message);
                Timers.StartSingleTimer(Again.Instance, Again.Instance, Delay());
                break;
        }
    }

    private void Go(bool attempted = false)
    {
        if (_stage != Stage.Idle)
            return;
        if (_waiting is null && _held is null)
        {
            if (_releasing)
                Guarded(Write);
            return;
        }
        if ((_careful || _young) && !attempted)
        {
            Attempt();
            return;
        }
        Guarded(() =>
        {
            Take();
            Step();
        });
    }

    /// <summary>Applies the batch, or in a careful life its next record.</summary>
    private void Take()
    {
        _held ??= _waiting!.Batch;
        _waiting = null;
        var index = 0;
        foreach (var record in _held)
        {
            if (index++ < _taken)
                continue;
            _taken = index;
            if (record.Offset < _applied)
                continue;
            if (record.Offset == _skip)
            {
                var reason = $"each of {_settings.MostAttempts} attempts at it ended its shard or the process";
                _work!.GiveUp(record.Offset, reason, NowMs);
                _say($"{_at}: record {record.Offset} is given up: {reason}");
            }
            else
            {
                _work!.Apply(record);
            }
            _applied = record.Offset + 1;
            if (_careful)
                break;
        }
        if (_taken >= _held.Count)
            _taken = int.MaxValue;
    }

    private void Step()
    {
        if (_work!.Windows() is { } windows)
        {
            _stage = Stage.Computing;
            var life = _life;
            Context.Pipe(_ports.Inference, windows, _settings.Limit, r => new WindowsAnswered(life, r));
            return;
        }
        Write();
    }

    private void OnWindows(PortResult<InferenceBatch> result)
    {
        if (!result.IsSuccess)
        {
            // Never skipped: the step is done again from what is stored.
            Retry(result.Error!.Message);
            return;
        }
        _stage = Stage.Idle;
        Guarded(() =>
        {
            _work!.Complete(result.Value);
            Step();
        });
    }

    private void Write()
    {
        _draft = _work!.Draft(_at, _epoch, _applied, NowMs, _careful || _young || _releasing);
        if (_draft is null)
        {
            Stepped();
            return;
        }
        Commit();
    }

    private void Commit()
    {
        _stage = Stage.Committing;
        var life = _life;
        Context.Pipe(_ports.Commit, _draft!, _settings.Limit, r => new CommitAnswered(life, r));
    }

    private void OnCommit(PortResult<CommitResult> result)
    {
        switch (result.IsSuccess ? result.Value : null)
        {
            case Committed:
                (_failures, _draft) = (0, null);
                Guarded(() =>
                {
                    _work!.Committed();
                    Stepped();
                });
                break;
            case Fenced:
                Lost();
                break;
            case CommitFailed failed:
                Paused(failed.Failure.Message);
                Timers.StartSingleTimer(Again.Instance, Again.Instance, Delay());
                break;
            case CommitUnknown unknown:
                Retry(unknown.Failure.Message);
                break;
            default:
                Retry(result.Error!.Message);
                break;
        }
    }

    private void Stepped()
    {
        _stage = Stage.Idle;
        _young = _young && _held is null;
        if (_held is not null && _taken == int.MaxValue)
        {
            Context.Parent.Tell(new ReadOn(_at, _held));
            (_held, _taken, _careful, _skip) = (null, 0, false, -1);
        }
        Show();
        if (_held is not null || _waiting is not null)
            Go();
        else if (_releasing)
        {
            _releasing = false;
            Drop();
            Context.Parent.Tell(new Released(_at));
        }
    }

    /// <summary>What throws in here is a bug in the work or in what it was given: the memory goes, and the record is tried again with care.</summary>
    private void Guarded(Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _careful = true;
            _say($"{_at}: {e}");
            Retry($"{e.GetType().Name}: {e.Message}");
        }
    }

    private void Retry(string why)
    {
        Paused(why);
        Drop();
        Timers.StartSingleTimer(Again.Instance, Again.Instance, Delay());
    }

    /// <summary>Another member has it. Nothing was written and nothing will be.</summary>
    private void Lost()
    {
        Drop();
        _progress(new ShardView(_at.Partition, ShardPhase.Away, _epoch, _applied, _end, "another member has it"));
        Context.Stop(Self);
    }

    private void Drop()
    {
        _life++;
        (_work, _draft, _stage, _taken) = (null, null, Stage.Away, 0);
        if ((_held ?? _waiting?.Batch) is { } batch)
            Context.Parent.Tell(new ReadOn(_at, batch));
        (_held, _waiting) = (null, null);
    }

    private TimeSpan Delay() => _settings.Retry.Delay(++_failures, 0.5);

    private long NowMs => Context.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private void Paused(string why) => _progress(new ShardView(_at.Partition, ShardPhase.Paused, _epoch, _applied, _end, why));

    private void Show() =>
        _progress(new ShardView(_at.Partition, _applied < _end ? ShardPhase.CatchingUp : ShardPhase.Running, _epoch, _applied, Math.Max(_end, _applied)));
}
