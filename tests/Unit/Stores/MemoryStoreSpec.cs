using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;

namespace Tocsin.Unit.Stores;

public sealed class MemoryStoreSpec : StoreContract
{
    private readonly MemoryDatabase _database = new();

    private protected override IStore Open(Action<StorePoint>? fault = null) => new MemoryStore(_database) { Fault = fault };

    private protected override Exception DiskFull() => new StoreException(new StoreFull("full"));

    [Fact]
    public async Task One_member_can_crash_alone_and_answers_can_be_put_off()
    {
        using var dead = new MemoryStore(_database) { Fault = _ => throw new StoreCrash() };
        dead.Acquire(Shard, _ => Assert.Fail("a dead member is answered"));
        Assert.True(dead.Crashed);
        using var alive = new MemoryStore(_database);
        await EpochAsync(alive, Shard);
        var later = new List<Action>();
        alive.Deliver = later.Add;
        var commit = alive.CommitAsync(Step(1, 1));
        Assert.False(commit.IsCompleted);
        later.Single()();
        Assert.IsType<Committed>(await commit);
    }
}
