using System.Collections.Concurrent;
using System.Text;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Inference.Learning;

namespace Tocsin.ActorTests.Shards;

/// <summary>What the works of all lives in one test share: levers, and what was seen.</summary>
internal sealed class Ledger
{
    /// <summary>Before each record is applied.</summary>
    public Action<long> OnApply { get; set; } = _ => { };

    /// <summary>Before each draft; true = there is something to write though no record came.</summary>
    public Func<bool> OnDraft { get; set; } = () => false;

    /// <summary>Writes only when it must, as shards of nodes do with quiet ones.</summary>
    public bool Lazy { get; set; }

    public ConcurrentQueue<InferenceBatch> Windows { get; } = new();

    public ConcurrentQueue<long> Applied { get; } = new();

    public ConcurrentQueue<bool> Drafts { get; } = new();

    public int Lives;

    public IShardWork New() => new Work(this);

    /// <summary>Keeps the offsets of all records that it ever applied in one row: a record left out or taken twice shows.</summary>
    private sealed class Work(Ledger ledger) : IShardWork
    {
        private readonly List<NewDeadLetter> _dead = [];
        private List<long> _all = [];
        private int _stored;
        private bool _loaded;

        public void Load(Acquired stored)
        {
            Assert.False(_loaded);
            _loaded = true;
            Interlocked.Increment(ref ledger.Lives);
            _all = stored.Rows.TryGetValue("applied", out var bytes) ? Parse(bytes) : [];
            _stored = _all.Count;
        }

        public void Apply(in LogRecord record)
        {
            ledger.OnApply(record.Offset);
            ledger.Applied.Enqueue(record.Offset);
            _all.Add(record.Offset);
        }

        public InferenceBatch? Windows() => ledger.Windows.TryDequeue(out var batch) ? batch : null;

        public void Complete(InferenceBatch windows)
        {
        }

        public ShardCommit? Draft(in ShardMoment moment)
        {
            var ticked = ledger.OnDraft();
            var news = _all.Count > _stored || _dead.Count > 0;
            if (!ticked && !(news && (moment.Whole || !ledger.Lazy)))
                return null;
            ledger.Drafts.Enqueue(moment.Whole);
            _stored = _all.Count;
            return new ShardCommit
            {
                Shard = moment.Shard,
                Epoch = moment.Epoch,
                NextOffset = moment.AppliedTo,
                Rows = [new ShardRow("applied", Encoding.ASCII.GetBytes(string.Join(' ', _all)))],
                DeadLetters = [.. _dead],
            };
        }

        public void Committed() => _dead.Clear();

        public void GiveUp(long offset, string reason, long nowMs) => _dead.Add(new NewDeadLetter(offset, reason, nowMs));
    }

    public static List<long> Parse(byte[] row) =>
        [.. Encoding.ASCII.GetString(row).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)];
}
