using Tocsin.Actors.Log;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Persistence.Memory;

/// <summary>What <see cref="MemoryStore"/>s write to. It stands for the disk: it stays when they crash.</summary>
/// <remarks>A write is planned first, with every point at which it may fail, and applied as a whole after that. Guarded by a lock on this.</remarks>
public sealed partial class MemoryDatabase
{
    private readonly SortedDictionary<TopicPartition, Shard> _shards = [];
    private readonly Dictionary<AlertId, StoredAlert> _alerts = [];
    private readonly Dictionary<SegmentKey, SegmentRow> _segments = [];
    private readonly Dictionary<JobKey, JobEvent> _jobs = [];
    private readonly SortedDictionary<long, (OutboxEntry Entry, long DueMs)> _outbox = [];
    private readonly HashSet<(string Sink, string Alert, int Revision)> _outboxKeys = [];
    private readonly SortedDictionary<long, PendingFinding> _findings = [];
    private readonly List<DeadLetter> _deadLetters = [];
    private readonly List<AbandonedEntry> _abandoned = [];
    private readonly SortedDictionary<long, LibraryRow> _libraries = [];
    private readonly List<Action> _planned = [];
    private long _lastNumber;
    private string? _log;
    private long _session;

    internal T Transact<T>(Func<T> plan)
    {
        _planned.Clear();
        var result = plan();
        foreach (var write in _planned)
            write();
        return result;
    }

    internal AcquireResult Acquire(TopicPartition at)
    {
        var shard = Find(at);
        _planned.Add(() => shard.Epoch++);
        return new Acquired(
            shard.Epoch + 1,
            shard.NextOffset,
            shard.Attempts.GetValueOrDefault(shard.NextOffset).Count,
            [.. shard.Nodes.Values],
            shard.Rows.ToDictionary(r => r.Key, r => r.Value.ToArray(), StringComparer.Ordinal),
            new Dictionary<string, long>(shard.Counters, StringComparer.Ordinal),
            shard.Parts.Keys.LastOrDefault() + 1);
    }

    internal byte[]? Part(TopicPartition at, long number) => Find(at).Parts.GetValueOrDefault(number);

    internal AttemptResult Attempt(TopicPartition at, long epoch, long offset, bool blameless, bool alone)
    {
        var shard = Find(at);
        if (shard.Epoch != epoch)
            return new AttemptFenced(shard.Epoch);
        var count = !shard.Attempts.TryGetValue(offset, out var known) ? 1 : known.Epoch == epoch || blameless || known.Spared ? known.Count : known.Count + 1;
        _planned.Add(() => shard.Attempts[offset] = (count, epoch, !alone));
        return new Attempted(count);
    }

    /// <summary>The store is closed in order: whatever is being tried has not ended the process.</summary>
    internal void Spare()
    {
        foreach (var shard in _shards.Values)
        {
            foreach (var (offset, known) in shard.Attempts.ToList())
                shard.Attempts[offset] = known with { Spared = true };
        }
    }

    internal CommitResult Commit(ShardCommit commit, Action<StorePoint> point)
    {
        var shard = Find(commit.Shard);
        if (shard.Epoch != commit.Epoch)
            return new Fenced(shard.Epoch);
        if (commit.NextOffset < shard.NextOffset)
            return new CommitFailed(CommitChecks.Falls(commit, shard.NextOffset));
        if (CommitChecks.Problem(commit) is { } problem)
            return new CommitFailed(problem);
        void Plan(Action write)
        {
            point(StorePoint.BeforeWrite);
            _planned.Add(write);
        }

        Plan(() =>
        {
            shard.NextOffset = commit.NextOffset;
            foreach (var offset in shard.Attempts.Keys.Where(o => o < commit.NextOffset).ToList())
                shard.Attempts.Remove(offset);
        });
        foreach (var node in commit.RemovedNodes)
            Plan(() => shard.Nodes.Remove(node.ToString()));
        foreach (var node in commit.Nodes)
        {
            var kept = node with { Bytes = node.Bytes.ToArray() };
            Plan(() => shard.Nodes[kept.Node.ToString()] = kept);
        }
        foreach (var name in commit.RemovedRows)
            Plan(() => shard.Rows.Remove(name));
        foreach (var row in commit.Rows)
        {
            var bytes = row.Bytes.ToArray();
            Plan(() => shard.Rows[row.Name] = bytes);
        }
        foreach (var number in commit.RemovedParts)
            Plan(() => shard.Parts.Remove(number));
        foreach (var part in commit.Parts)
        {
            var bytes = part.Bytes.ToArray();
            Plan(() => shard.Parts.Add(part.Number, bytes));
        }
        foreach (var counter in commit.Counters)
            Plan(() => shard.Counters[counter.Name] = counter.Value);
        foreach (var finding in commit.Findings)
        {
            var bytes = finding.Payload.ToArray();
            Plan(() => _findings.Add(++_lastNumber, new PendingFinding(_lastNumber, commit.Shard, finding.Key, bytes)));
        }
        foreach (var alert in commit.Alerts)
            Plan(() => Put(alert));
        foreach (var entry in commit.Outbox)
        {
            var bytes = entry.Payload.ToArray();
            Plan(() => Put(entry, bytes));
        }
        foreach (var key in commit.RemovedSegments)
            Plan(() => _segments.Remove(key));
        foreach (var segment in commit.Segments)
            Plan(() => _segments[segment.Key] = segment);
        foreach (var job in commit.Jobs)
            Plan(() => Put(job));
        foreach (var verdict in commit.Verdicts)
            Plan(() => Put(verdict));
        foreach (var letter in commit.DeadLetters)
            Plan(() => _deadLetters.Add(new DeadLetter(commit.Shard, letter.Offset, letter.Reason, letter.AtMs)));
        return Committed.Instance;
    }

    internal void RemoveOutbox(IReadOnlyList<long> numbers) => _planned.Add(() =>
    {
        foreach (var number in numbers)
            TakeOut(number);
    });

    internal void Reschedule(long number, int attempts, long dueMs, string why) => _planned.Add(() =>
    {
        if (_outbox.TryGetValue(number, out var waiting))
            _outbox[number] = (waiting.Entry with { Attempts = attempts, Why = why }, dueMs);
    });

    internal int Drop(OutboxRange what)
    {
        var numbers = _outbox.Values.Select(w => w.Entry)
            .Where(e => e.Sink == what.Sink && (what.Alert is null || e.Alert == what.Alert) && e.Revision >= what.From && e.Revision <= what.To)
            .Select(e => e.Number).Take(MostPruned).ToList();
        RemoveOutbox(numbers);
        return numbers.Count;
    }

    internal void Abandon(long number, string why, long nowMs) => _planned.Add(() =>
    {
        if (TakeOut(number) is { } entry)
            _abandoned.Add(new AbandonedEntry(entry, why, nowMs));
    });

    internal void RemoveFindings(IReadOnlyList<long> numbers) => _planned.Add(() =>
    {
        foreach (var number in numbers)
            _findings.Remove(number);
    });

    internal void PutLibrary(LibraryRow library) => _planned.Add(() =>
        _libraries[library.Version] = _libraries.TryGetValue(library.Version, out var known)
            ? known with { ActivatedMs = library.ActivatedMs ?? known.ActivatedMs }
            : library);

    internal long NextSession(long atLeast) => _session = Math.Max(_session + 1, atLeast);

    internal void BindLog(string identity)
    {
        _log ??= identity;
        CommitChecks.SameLog(_log, identity);
    }

    private Shard Find(TopicPartition at)
    {
        if (!_shards.TryGetValue(at, out var shard))
            _shards[at] = shard = new Shard();
        return shard;
    }

    private void Put(StoredAlert stored)
    {
        if (!_alerts.TryGetValue(stored.Alert.Id, out var known) || known.Alert.Revision < stored.Alert.Revision)
            _alerts[stored.Alert.Id] = stored;
    }

    private void Put(NewOutboxEntry entry, byte[] bytes)
    {
        if (_outboxKeys.Add((entry.Sink, entry.Alert, entry.Revision)))
        {
            var number = ++_lastNumber;
            _outbox.Add(number, (new OutboxEntry(number, entry.Sink, entry.Alert, entry.Revision, bytes, entry.CreatedMs, 0), entry.CreatedMs));
        }
    }

    private void Put(JobEvent job)
    {
        var key = new JobKey(job.JobId, job.StartMs!.Value);
        if (!_jobs.TryGetValue(key, out var known) || (job.Source, job.AsOfMs).CompareTo((known.Source, known.AsOfMs)) >= 0)
            _jobs[key] = job;
    }

    private OutboxEntry? TakeOut(long number)
    {
        if (!_outbox.Remove(number, out var waiting))
            return null;
        _outboxKeys.Remove((waiting.Entry.Sink, waiting.Entry.Alert, waiting.Entry.Revision));
        return waiting.Entry;
    }

    private sealed class Shard
    {
        public long Epoch { get; set; }

        public long NextOffset { get; set; }

        public SortedDictionary<string, NodeRow> Nodes { get; } = new(StringComparer.Ordinal);

        public SortedDictionary<string, byte[]> Rows { get; } = new(StringComparer.Ordinal);

        public SortedDictionary<long, byte[]> Parts { get; } = [];

        public SortedDictionary<string, long> Counters { get; } = new(StringComparer.Ordinal);

        public Dictionary<long, (int Count, long Epoch, bool Spared)> Attempts { get; } = [];
    }
}
