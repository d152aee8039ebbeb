using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Verdicts;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

/// <summary>The product's own desk over a store in memory, and a log that takes what it is told to take.</summary>
internal sealed class FakeVerdicts
{
    private static readonly TopicPartition Shard = new(LogTopics.Findings, 0);

    public FakeVerdicts(TimeProvider? clock = null)
    {
        Desk = new VerdictDesk(() => Store, v =>
        {
            if (LogTrouble is { } why)
                return Task.FromResult<string?>(why);
            Logged.Add(v);
            return Task.FromResult<string?>(null);
        }, new OwnLog(TextWriter.Null, new OwnLogOptions(), clock ?? TimeProvider.System), clock ?? TimeProvider.System);
        Store.AcquireAsync(Shard).GetAwaiter().GetResult();
    }

    public MemoryStore Store { get; } = new(new MemoryDatabase());

    public VerdictDesk Desk { get; }

    public List<Verdict> Logged { get; } = [];

    public string? LogTrouble { get; set; }

    public void Keep(params IEnumerable<Alert> alerts) => Assert.IsType<Committed>(Store.CommitAsync(new ShardCommit
    {
        Shard = Shard,
        Epoch = 1,
        NextOffset = 0,
        Alerts = [.. alerts.Select(a => new StoredAlert(a, a.Labels.ToString()))],
    }).GetAwaiter().GetResult());
}
