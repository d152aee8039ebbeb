using Tocsin.Actors.Alerts.Book;
using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Actors.Faults;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Actors.Shards.Findings;
using Tocsin.Inference.Learning;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;
using BookAlert = Tocsin.Actors.Alerts.Book.AlertRow;

namespace Tocsin.Actors.Alerts.Shard;

/// <summary>The shard of alerts: findings in, the book's changes out in one commit with what is to be told of them.</summary>
/// <param name="sinks">Each change of an alert is put into the outbox once for each.</param>
/// <param name="say">Told what could not be read.</param>
/// <param name="outlook">Of the fault model; null: there is none. It is looked at and never waited for; what it said is in the commit with the alert, so a replay that finds it saying
/// something else contradicts nothing that was told.</param>
public sealed class AlertShard(string cluster, AlertOptions options, IReadOnlyList<string> sinks, Action<string> say, IFaultOutlook? outlook = null) : IShardWork
{
    private const string NextAlert = "next alert", Clock = "clock";
    private const long StepMs = 1000, MostSteps = 64, MostAheadMs = 60_000, QuietMs = 60_000;

    private readonly List<NewDeadLetter> _dead = [];
    private readonly List<AlertEvent> _events = [];
    private readonly SeenFindings _seen = new();
    private AlertBook _book = new(cluster, new BookState(), options, outlook);
    private long _storedTo;
    private long _draftedMs;
    private int _muted;

    /// <summary>The book's clock: the log's, record by record, while there is more to read, then the member's. So an alert that began and ended while nobody was
    /// there is raised and cleared all the same, and one that only waits to be read on is not raised.</summary>
    private long _clockMs;

    public IEnumerable<Alert> Open => _book.Open;

    /// <summary>Findings that are muted now. Any thread.</summary>
    public int Muted => Volatile.Read(ref _muted);

    public void Load(Acquired stored)
    {
        var state = new BookState { NextAlert = Math.Max(1, stored.Counters.GetValueOrDefault(NextAlert)) };
        foreach (var (name, bytes) in stored.Rows)
        {
            if (name.StartsWith(BookRowNames.Finding, StringComparison.Ordinal))
                state.Set(Row<FindingRow>(name, bytes));
            else if (name.StartsWith(BookRowNames.Alert, StringComparison.Ordinal))
                state.Set(Row<BookAlert>(name, bytes));
            else if (name.StartsWith(BookRowNames.Flap, StringComparison.Ordinal))
                state.Set(Row<FlapRow>(name, bytes));
            else if (name.StartsWith(BookRowNames.Node, StringComparison.Ordinal))
                state.Set(Row<NodeStatus>(name, bytes));
            else if (name.StartsWith(BookRowNames.Verdict, StringComparison.Ordinal))
                state.Set(Row<VerdictRow>(name, bytes));
        }
        state.Changed.Clear();
        (_book, _storedTo, _clockMs) = (new AlertBook(cluster, state, options, outlook), stored.NextOffset, stored.Counters.GetValueOrDefault(Clock));
        _seen.Load(stored.Counters);
    }

    public void Apply(in LogRecord record)
    {
        GoOnTo(record.TimestampMs);
        if (!FindingToAppend.TryRead(record.Payload, out var number, out var payload))
        {
            GiveUp(record.Offset, "a numbered finding that cannot be read", record.TimestampMs);
            return;
        }
        if (number is { } own && !_seen.Take(own))
            return;
        if (FindingRecord.IsVerdict(payload))
        {
            Take(payload, record);
            return;
        }
        if (!FindingRecord.TryRead(payload, out var finding, out var status, out var why))
        {
            GiveUp(record.Offset, why, record.TimestampMs);
            return;
        }
        if (status is not null)
        {
            // A publisher that had no answer sends again, older words after newer ones.
            if (!_book.State.Nodes.TryGetValue(status.Node, out var known) || known.AtMs <= status.AtMs)
                _book.Observe(status);
        }
        else if (!_book.State.Findings.TryGetValue(FindingKey.Of(finding!), out var known) || known.Finding.AtMs <= finding!.AtMs)
        {
            _book.Observe(finding!, record.TimestampMs);
        }
    }

    public InferenceBatch? Windows() => null;

    public void Complete(InferenceBatch windows) => throw new InvalidOperationException("the shard of alerts asks for no windows");

    public ShardCommit? Draft(in ShardMoment moment)
    {
        var nowMs = moment.NowMs;
        if (moment.CaughtUp)
            // A clock that was far ahead once does not stop the book until the others have come there.
            Step(Math.Max(nowMs, Math.Min(_clockMs, nowMs + MostAheadMs)));
        var changed = _book.State.Changed;
        // Records that changed nothing count as well, in a while: retention would pass them, and the next start would mourn them as lost.
        var late = moment.Whole || nowMs - _draftedMs >= QuietMs;
        if (!changed.Any && _events.Count == 0 && _dead.Count == 0 && !(late && moment.AppliedTo > _storedTo))
            return null;
        _draftedMs = nowMs;
        var state = _book.State;
        List<ShardRow> rows = [];
        List<string> removed = [];
        Put(changed.Findings, BookRowNames.Of, key => state.Findings.GetValueOrDefault(key), rows, removed);
        Put(changed.Alerts, BookRowNames.Of, key => state.Alerts.GetValueOrDefault(key), rows, removed);
        Put(changed.Flaps, BookRowNames.Of, key => state.Flaps.GetValueOrDefault(key), rows, removed);
        Put(changed.Nodes, BookRowNames.Of, key => state.Nodes.GetValueOrDefault(key), rows, removed);
        Put(changed.Verdicts, BookRowNames.OfVerdict, key => state.Verdicts.GetValueOrDefault(key), rows, removed);
        _storedTo = moment.AppliedTo;
        return new ShardCommit
        {
            Shard = moment.Shard,
            Epoch = moment.Epoch,
            NextOffset = moment.AppliedTo,
            Rows = rows,
            RemovedRows = removed,
            Counters = [new Counter(NextAlert, state.NextAlert), new Counter(Clock, _clockMs), .. _seen.Changed],
            Alerts = [.. _events.Select(e => new StoredAlert(e.Alert, e.Alert.Labels.ToString()))],
            Outbox = [.. _events.SelectMany(e => Entries(e, nowMs))],
            Verdicts = [.. changed.Verdicts.Order().Select(n => state.Verdicts.GetValueOrDefault(n)).OfType<VerdictRow>().Select(v => new VerdictTally(v.Verdict.Number, v.Muted, v.MutedMs))],
            DeadLetters = [.. _dead],
        };
    }

    public void Committed()
    {
        _book.State.Changed.Clear();
        Volatile.Write(ref _muted, _book.State.Verdicts.Count == 0 ? 0 : _book.State.Findings.Values.Count(f => f.MutedBy != 0 && f.EndedMs is null));
        _events.Clear();
        _seen.Committed();
        _dead.Clear();
    }

    public void GiveUp(long offset, string reason, long nowMs)
    {
        _seen.Skip();
        _dead.Add(new NewDeadLetter(offset, reason, nowMs));
        say($"finding {offset} is left out: {reason}");
    }

    private void Take(ReadOnlySpan<byte> payload, in LogRecord record)
    {
        if (!FindingRecord.TryRead(payload, out var verdict, out var why))
            GiveUp(record.Offset, why, record.TimestampMs);
        else if (!_book.Observe(verdict))
            GiveUp(record.Offset, $"verdict {verdict.Number} is one more than the {AlertBook.MaxVerdicts} that are kept: undo some", record.TimestampMs);
    }

    /// <summary>Decides as it would have been decided on time, before what came then is taken in. Of a long silence only so many moments: that is
    /// when alerts are raised a little late.</summary>
    private void GoOnTo(long timeMs)
    {
        if (_clockMs == 0)
            _clockMs = timeMs;
        var every = Math.Max(StepMs, (timeMs - _clockMs) / MostSteps);
        while (_clockMs + every <= timeMs)
            Step(_clockMs + every);
    }

    private void Step(long timeMs)
    {
        _events.AddRange(_book.Step(timeMs));
        _clockMs = timeMs;
    }

    private IEnumerable<NewOutboxEntry> Entries(AlertEvent happened, long nowMs)
    {
        var payload = WireBytes.Of(happened);
        return sinks.Select(s => new NewOutboxEntry(s, happened.Alert.Id.ToString(), happened.Alert.Revision, payload, nowMs));
    }

    private static void Put<TKey, TRow>(IEnumerable<TKey> keys, Func<TKey, string> name, Func<TKey, TRow?> find, List<ShardRow> rows, List<string> removed)
        where TRow : class, IWire<TRow>
    {
        foreach (var key in keys)
        {
            if (find(key) is { } row)
                rows.Add(new ShardRow(name(key), WireBytes.Of(row)));
            else
                removed.Add(name(key));
        }
    }

    /// <exception cref="DependencyException">What is stored is damaged, or of a newer program.</exception>
    private static T Row<T>(string name, byte[] bytes)
        where T : IWire<T> =>
        WireBytes.TryRead<T>(bytes, out var row, out var failure) ? row : throw new DependencyException($"the stored row '{name}' of the alerts cannot be read: {failure}");
}
