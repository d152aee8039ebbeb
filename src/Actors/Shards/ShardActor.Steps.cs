using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;
using Tocsin.Inference.Learning;

namespace Tocsin.Actors.Shards;

/// <summary>What a shard does with the records that it was given.</summary>
public sealed partial class ShardActor
{
    private LogBatch? _batch;

    /// <summary>Records of the batch that were looked at.</summary>
    private int _taken;
    private ShardCommit? _draft;

    /// <summary>The last draft was of all that is in memory.</summary>
    private bool _whole;

    /// <summary>As the last commit left it.</summary>
    private long _stored;
    private bool _giveUp;

    /// <summary>An attempt was noted, and nothing committed since.</summary>
    private bool _tried;

    /// <summary>Of the attempt that was noted last it is known that it failed for another reason than its record.</summary>
    private bool _blameless;
    private bool _apart;
    private OffsetOutOfRange? _outOfRange;
    private bool _saidShort;

    /// <summary>Goes on with whatever there is to do; nothing where an answer is awaited.</summary>
    private void Go(bool attempted = false)
    {
        if (_stage != Stage.Idle)
            return;
        if (_releasing)
            Guarded(() => Write(whole: true));
        else if (_outOfRange is { } range)
            Guarded(() => GoOnAt(range));
        else if (_batch is null)
            return;
        else if ((_careful || _young) && !attempted)
            Attempt();
        else if (Yields())
            return;
        else
            Guarded(() =>
            {
                Take();
                Step();
            });
    }

    /// <summary>Noted before the first records of a life, so that the next life knows that something was tried, and counted before each where something went wrong:
    /// one that kills the process is known by its count. Records that were tried together count for none of them: a kill from outside meets one or the other, and
    /// the same one alone again and again only where it is to blame. The step after it writes everything, so that the count is forgotten once it went well.</summary>
    private void Attempt()
    {
        _stage = Stage.Attempting;
        if (_apart)
        {
            // Other shards' records were being tried when one of them ended the process. Each waits for a time of its own, or all of them would be
            // counted together every time, and given up together.
            _apart = false;
            Timers.StartSingleTimer(Again.Instance, Again.Instance, _settings.Apart * Context.System.NextJitter());
            return;
        }
        _tried = true;
        var life = _life;
        Context.Pipe(_ports.Attempt, new ShardAttempt(_at, _epoch, _applied, _blameless, _careful), _settings.Limit, r => new AttemptAnswered(life, r));
    }

    private void OnAttempted(PortResult<AttemptResult> result)
    {
        switch (result.IsSuccess ? result.Value : null)
        {
            case Attempted attempted:
                _giveUp = attempted.Count > _settings.MostAttempts;
                _careful = _careful || attempted.Count > 1;
                _stage = Stage.Idle;
                Go(attempted: true);
                break;
            case AttemptFenced fenced:
                Retry($"fenced: epoch {fenced.Epoch} has it");
                break;
            default:
                Paused(result.IsSuccess ? ((AttemptFailed)result.Value!).Failure.Message : result.Error!.Message);
                Timers.StartSingleTimer(Again.Instance, Again.Instance, Delay());
                break;
        }
    }

    /// <summary>Applies the batch, or in a careful life its next record.</summary>
    private void Take()
    {
        var index = 0;
        foreach (var record in _batch!)
        {
            if (index++ < _taken)
                continue;
            _taken = index;
            if (record.Offset < _applied)
                continue;
            if (_giveUp)
                GiveUp(record.Offset, $"each of {_settings.MostAttempts} attempts at it alone ended its shard or the process");
            else
                _work!.Apply(record);
            _giveUp = false;
            _applied = record.Offset + 1;
            if (_careful)
                return;
        }
    }

    private void GiveUp(long offset, string reason)
    {
        _work!.GiveUp(offset, reason, NowMs);
        _say($"{_at}: record {offset} is given up: {reason}");
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
        Write(whole: _careful || _young);
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

    private void Write(bool whole)
    {
        _whole = whole;
        _draft = _work!.Draft(new ShardMoment(_at, _epoch, _applied, NowMs, _reading is not null && _end <= _applied, whole));
        if (_draft is null)
        {
            Stepped();
            return;
        }
        // What no store would take is the fault of a record, not of the store: to try it again and again would help nobody.
        if (CommitChecks.Problem(_draft) is { } problem)
            throw new InvalidOperationException(problem.Message);
        if (_draft.NextOffset < _stored || _draft.NextOffset > _applied)
            throw new InvalidOperationException($"a draft would go on at {_draft.NextOffset}; {_stored} is stored and {_applied} is how far it is");
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
                (_stored, _draft, _tried, _blameless) = (_draft!.NextOffset, null, false, false);
                Guarded(() =>
                {
                    _work!.Committed();
                    Stepped();
                });
                break;
            case Fenced fenced:
                Retry($"fenced: epoch {fenced.Epoch} has it");
                break;
            case CommitFailed failed when !_releasing:
                Paused(failed.Failure.Message);
                Timers.StartSingleTimer(Again.Instance, Again.Instance, Delay());
                break;
            case CommitFailed failed:
                Retry(failed.Failure.Message);
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
        (_stage, _failures) = (Stage.Idle, 0);
        if (_releasing && _whole)
        {
            Retry("given to another member");
            return;
        }
        if (_batch is not null && _taken >= _batch.Count)
        {
            (_careful, _young) = (false, false);
            GiveBack();
        }
        if (_reading is null && !Timers.IsTimerActive(ReadAgain.Instance))
            Read();
        Show();
        Go();
    }

    /// <summary>The log does not have the offset. What is not there is named among the dead letters, once, and reading goes on where it can: a shard that
    /// stood still instead would lose what follows as well.</summary>
    private void GoOnAt(OffsetOutOfRange range)
    {
        _outOfRange = null;
        if (range.First > _applied)
        {
            GiveUp(_applied, $"retention passed records {_applied} to {range.First - 1} before they were read: {range.First - _applied} are lost");
            _applied = range.First;
            Write(whole: true);
            return;
        }
        if (range.Next < _applied)
        {
            // Numbers that were given already are given anew until the log is as long as it was; the shard cannot tell such a record from one that it has.
            if (!_saidShort)
                GiveUp(range.Next, $"the log has lost its end: {_applied} records are stored, it has {range.Next}; the next {_applied - range.Next} are not read");
            _saidShort = true;
        }
        ReadLater(range.Message);
        Write(whole: false);
    }
}
