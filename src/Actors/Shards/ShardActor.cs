using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Shards;

/// <summary>One shard's life: acquire, apply, compute, commit, again. The rules are its <see cref="IShardWork"/>'s; here is only the order of things.</summary>
/// <remarks>
/// Nothing is applied while an answer is awaited, so memory is always what the next commit says. Whatever leaves it open what is stored (an exception,
/// a commit without an answer) ends the memory: a new one is acquired under a higher epoch, so that a commit of the old one that is still under way is
/// refused. Answers of ports carry the life that asked for them, batches the reading: what belongs to an earlier one is dropped.
/// A commit that is fenced ends the memory as well. Whether the partition is still this member's is not for the shard to know: it asks before it
/// acquires, and is answered only after a poll of the log's group, so that of two members that both believe they own it one soon learns better.
/// </remarks>
public sealed partial class ShardActor : UntypedActor
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
    private long _end = long.MaxValue;

    /// <summary>When the log took the first record of the latest batch.</summary>
    private long _since;
    private int _failures;
    private bool _releasing;

    /// <summary>One record at a time, each counted before it is tried: something went wrong, and it is not known which of them it was.</summary>
    private bool _careful;

    /// <summary>Until the first batch is through.</summary>
    private bool _young;

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
        Context.Parent.Tell(new MayAcquire(_at));
    }

    protected override void PostStop() => GiveBack();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Records records when ReferenceEquals(records.Reading, _reading):
                (_batch, _taken, _end, _since) = (records.Batch, 0, records.End, records.Batch.FirstMs);
                Go();
                break;
            case Records late:
                Context.Parent.Tell(new ReadOn(_at, late.Batch));
                break;
            case LogEnds ends:
                if (!ReferenceEquals(ends.Reading, _reading))
                    break;
                _end = Math.Max(ends.Next, _applied);
                Show();
                break;
            case ReadFailed failed:
                if (ReferenceEquals(failed.Reading, _reading))
                    OnReadFailed(failed.Failure);
                break;
            case Tick:
                if (_stage == Stage.Idle && _batch is null)
                    Guarded(() => Write(whole: false));
                break;
            case Yielded:
                Go();
                break;
            case ReadAgain:
                if (_work is not null)
                    Read();
                break;
            case Again:
                OnAgain();
                break;
            case Yours:
                if (_stage == Stage.Away && !_releasing)
                    Acquire();
                break;
            case AcquireAnswered answer:
                if (answer.Life == _life)
                    OnAcquired(answer.Result);
                break;
            case AttemptAnswered answer:
                if (answer.Life == _life)
                    OnAttempted(answer.Result);
                break;
            case WindowsAnswered answer:
                if (answer.Life == _life)
                    OnWindows(answer.Result);
                break;
            case CommitAnswered answer:
                if (answer.Life == _life)
                    OnCommit(answer.Result);
                break;
            case Release:
                _releasing = true;
                if (_work is null || Timers.IsTimerActive(Again.Instance))
                    Retry("given to another member");
                else
                    Go();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnAgain()
    {
        if (_stage == Stage.Away)
            Context.Parent.Tell(new MayAcquire(_at));
        else if (_stage == Stage.Committing)
            Commit();
        else if (_stage == Stage.Attempting)
            Attempt();
    }

    private void Acquire()
    {
        _stage = Stage.Acquiring;
        Timers.Cancel(Again.Instance);
        var life = ++_life;
        Context.Pipe(_ports.Acquire, _at, _settings.Limit, r => new AcquireAnswered(life, r));
    }

    private void OnAcquired(PortResult<AcquireResult> result)
    {
        if (result is not { IsSuccess: true, Value: Acquired acquired })
        {
            Retry(result.IsSuccess ? ((AcquireFailed)result.Value).Failure.Message : result.Error!.Message);
            return;
        }
        (_epoch, _applied, _stored, _young) = (acquired.Epoch, acquired.NextOffset, acquired.NextOffset, true);
        // What was tried before and left no commit behind may be what ended the process: one record at a time then.
        _careful = _careful || acquired.Attempts > 0;
        _apart = acquired.Attempts > 0;
        Guarded(() =>
        {
            _work = _new();
            _work.Load(acquired);
            _stage = Stage.Idle;
            Read();
        });
    }

    /// <summary>What throws in here is a bug in the work or in what it was given: the memory goes, and the record is tried again with care.</summary>
    private void Guarded(Action step)
    {
        try
        {
            step();
        }
        catch (DependencyException e)
        {
            Retry(e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException && Context.System.Contains(e))
        {
            _careful = true;
            _say($"{_at}: {e}");
            Retry($"{e.GetType().Name}: {e.Message}", blameless: false);
        }
    }

    /// <summary>What is in memory goes; then from the start, or, where the partition is to go, away: what was not written is read again by the next owner.</summary>
    /// <param name="blameless">No record had a part in it.</param>
    private void Retry(string why, bool blameless = true)
    {
        if (_tried)
            (_tried, _blameless) = (false, blameless);
        if (_releasing)
            View(ShardPhase.Away, why);
        else
            Paused(why);
        Drop();
        if (_releasing)
            Context.Parent.Tell(new Released(_at));
        else
            Timers.StartSingleTimer(Again.Instance, Again.Instance, Delay());
    }

    private void Drop()
    {
        _life++;
        (_work, _draft, _stage, _reading, _outOfRange, _giveUp) = (null, null, Stage.Away, null, null, false);
        Timers.Cancel(ReadAgain.Instance);
        GiveBack();
    }

    private TimeSpan Delay() => _settings.Retry.Delay(++_failures, Context.System.NextJitter());

    private long NowMs => Context.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private void Paused(string why) => View(ShardPhase.Paused, why);

    private void View(ShardPhase phase, string? why) =>
        _progress(new ShardView(_at.Partition, phase, _epoch, _applied, _end == long.MaxValue ? _applied : Math.Max(_end, _applied), why) { WaitsSinceMs = Math.Max(_applied, _end == long.MaxValue ? 0 : _end) > _applied ? _since : 0 });

    private void Show()
    {
        if (_unread is not null)
            Paused(_unread);
        else
            View(_applied < _end ? ShardPhase.CatchingUp : ShardPhase.Running, null);
    }
}
