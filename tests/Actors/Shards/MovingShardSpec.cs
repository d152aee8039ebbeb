using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Shards;

/// <summary>A shard that goes from member to member, and one whose offset the log does not have.</summary>
public sealed class MovingShardSpec
{
    [Fact]
    public async Task What_is_revoked_is_written_whole_before_it_goes()
    {
        await using var rig = new ShardRig();
        rig.Ledger.Lazy = true;
        rig.Append(2);
        rig.Member();
        rig.WaitFor(2);
        rig.Append(3);
        rig.WaitFor(5);
        Assert.Equal([true], rig.Ledger.Drafts);
        rig.Member();
        rig.Log.Revoke(ShardRig.Group, ShardRig.At);
        Until.True(() => rig.Ledger.Lives == 2, "another life");
        rig.Append(1);
        rig.WaitFor(6);
        var (_, applied) = await rig.EndAsync();
        // Its second life had nothing to apply again.
        Assert.Equal(ShardRig.UpTo(6), rig.Ledger.Applied);
        Assert.Equal(ShardRig.UpTo(6), applied);
        Assert.Equal(ShardRig.UpTo(5), Ledger.Parse(rig.Commit.Asked.ElementAt(1).Rows[0].Bytes.ToArray()));
    }

    [Fact]
    public async Task A_revoked_shard_goes_even_when_nothing_can_be_written()
    {
        await using var rig = new ShardRig();
        rig.Append(2);
        rig.Commit.Next((_, call) =>
        {
            rig.Log.Revoke(ShardRig.Group, ShardRig.At);
            call.Succeed(new CommitFailed(new StoreBusy("the database is away")));
        });
        rig.Member();
        rig.WaitFor(2);
        Assert.Equal(2, rig.Ledger.Lives);
        Assert.Equal(ShardRig.UpTo(2), (await rig.EndAsync()).Applied);
    }

    [Fact]
    public async Task A_shard_that_waits_for_the_store_is_released_at_once()
    {
        await using var rig = new ShardRig();
        rig.Acquire.Next((_, _) => rig.Log.Revoke(ShardRig.Group, ShardRig.At));
        rig.Append(2);
        rig.Member();
        rig.WaitFor(2);
        Assert.Equal(2, rig.Acquire.Asked.Count);
        Assert.Equal(ShardRig.UpTo(2), (await rig.EndAsync()).Applied);
    }

    [Fact]
    public async Task Who_lost_a_shard_writes_nothing_more()
    {
        await using var rig = new ShardRig();
        var held = new TaskCompletionSource<(ShardCommit Commit, Action Go)>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Append(2);
        rig.Commit.Next((commit, call) => held.SetResult((commit, () => rig.Commit.Forward(commit, call))));
        var first = rig.Member();
        var (commit, go) = await held.Task;
        // The member stands still in the middle of its commit, and another has the shard meanwhile.
        first.Tell(PoisonPill.Instance);
        rig.Member();
        rig.WaitFor(2);
        rig.Append(2);
        rig.WaitFor(4);
        go();
        Assert.IsType<Fenced>(await rig.Store.CommitAsync(commit));
        Assert.Equal(ShardRig.UpTo(4), (await rig.EndAsync()).Applied);
    }

    [Fact]
    public async Task A_member_that_was_expelled_joins_again_and_goes_on()
    {
        await using var rig = new ShardRig();
        rig.Append(2);
        rig.Member();
        rig.WaitFor(2);
        using var idle = rig.Log.Subscribe(ShardRig.Group, [LogTopics.Samples]);
        rig.Log.Lose(ShardRig.Group, rig.Consumers[0]);
        // The idle one has it now, and leaves it when it goes.
        using var batch = new LogBatch();
        Until.True(() => idle.Poll(batch, TimeSpan.Zero) is PartitionsAssigned, "the other one's turn");
        rig.Append(2);
        idle.Dispose();
        rig.WaitFor(4);
        Assert.Equal(2, rig.Ledger.Lives);
        Assert.Equal(ShardRig.UpTo(4), (await rig.EndAsync()).Applied);
    }

    [Fact]
    public async Task Records_that_retention_passed_are_a_named_loss_and_the_shard_goes_on()
    {
        await using var rig = new ShardRig();
        rig.Append(7);
        rig.Log.Trim(ShardRig.At, 4);
        rig.Member();
        rig.WaitFor(7);
        var (shard, applied) = await rig.EndAsync();
        Assert.Equal([4, 5, 6], applied);
        Assert.Equal(7, shard.NextOffset);
        var letter = Assert.Single(rig.Store.DeadLetters(10));
        Assert.Equal(0, letter.Offset);
        Assert.Contains("retention passed records 0 to 3 before they were read: 4 are lost", letter.Reason);
        Assert.Contains(rig.Said, s => s.Contains("4 are lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_that_is_shorter_than_what_is_stored_is_said_once_and_read_again_when_it_has_grown()
    {
        await using var rig = new ShardRig();
        var acquired = Assert.IsType<Acquired>(await rig.Store.AcquireAsync(ShardRig.At));
        await rig.Store.CommitAsync(new ShardCommit { Shard = ShardRig.At, Epoch = acquired.Epoch, NextOffset = 5 });
        rig.Append(2);
        rig.Member();
        Until.True(() => rig.Store.DeadLetters(10).Count > 0, "it is said");
        rig.Append(6);
        rig.WaitFor(8);
        Assert.Equal([5, 6, 7], (await rig.EndAsync()).Applied);
        var letter = Assert.Single(rig.Store.DeadLetters(10));
        Assert.Contains("the log has lost its end: 5 records are stored, it has 2; the next 3 are not read", letter.Reason);
    }
}
