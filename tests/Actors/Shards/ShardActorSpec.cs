using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Inference.Learning;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Shards;

public sealed class ShardActorSpec
{
    private static readonly StoreFailure Away = new StoreBusy("the database is away");

    [Fact]
    public async Task Records_are_applied_in_order_each_once_and_stored()
    {
        await using var rig = new ShardRig();
        rig.Append(5);
        rig.Member();
        rig.WaitFor(5);
        rig.Append(2500);
        rig.WaitFor(2505);
        var (shard, applied) = await rig.EndAsync();
        Assert.Equal(ShardRig.UpTo(2505), applied);
        Assert.Equal(2505, shard.NextOffset);
        Assert.Equal(1, rig.Ledger.Lives);
        Assert.Equal((ShardRig.At, 2505), rig.Committed.Last());
    }

    [Fact]
    public async Task A_store_that_is_away_is_asked_again_until_it_gives_the_shard()
    {
        await using var rig = new ShardRig();
        rig.Acquire.Answers(new AcquireFailed(Away));
        rig.Acquire.Next((_, call) => call.Fail(new DependencyException("no connection")));
        rig.Append(3);
        rig.Member();
        rig.WaitFor(3);
        Assert.Equal(3, rig.Acquire.Asked.Count);
        Assert.Contains(rig.Views, v => v.Phase == ShardPhase.Paused && v.Why == Away.Message);
        Assert.Equal(ShardRig.UpTo(3), (await rig.EndAsync()).Applied);
    }

    [Fact]
    public async Task A_commit_that_failed_for_sure_is_tried_again_as_it_is()
    {
        await using var rig = new ShardRig();
        rig.Commit.Answers(new CommitFailed(Away));
        rig.Commit.Answers(new CommitFailed(Away));
        rig.Append(3);
        rig.Member();
        rig.WaitFor(3);
        var asked = rig.Commit.Asked.ToArray();
        Assert.Same(asked[0], asked[1]);
        Assert.Same(asked[0], asked[2]);
        // What did not come to be stored is still needed of the log.
        Assert.Equal([(ShardRig.At, 3)], rig.Committed);
        Assert.Equal(ShardRig.UpTo(3), rig.Ledger.Applied);
        Assert.Equal(ShardRig.UpTo(3), (await rig.EndAsync()).Applied);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_commit_of_unknown_outcome_memory_is_what_is_stored(bool landed)
    {
        await using var rig = new ShardRig();
        if (landed)
            rig.Commit.HappensButAnswers(new CommitUnknown(Away));
        else
            rig.Commit.Answers(new CommitUnknown(Away));
        rig.Append(3);
        rig.Member();
        rig.WaitFor(3);
        Assert.Equal(2, rig.Ledger.Lives);
        Assert.Equal(landed ? 3 : 6, rig.Ledger.Applied.Count);
        Assert.Equal(ShardRig.UpTo(3), (await rig.EndAsync()).Applied);
    }

    [Fact]
    public async Task A_commit_that_lands_after_it_was_given_up_is_refused()
    {
        await using var rig = new ShardRig();
        ShardCommit? late = null;
        rig.Commit.Next((commit, call) =>
        {
            late = commit;
            call.Fail(new DependencyException("the connection broke"));
        });
        rig.Append(3);
        rig.Member();
        rig.WaitFor(3);
        Assert.IsType<Fenced>(await rig.Store.CommitAsync(late!));
        Assert.Equal(ShardRig.UpTo(3), (await rig.EndAsync()).Applied);
    }

    [Fact]
    public async Task Who_was_fenced_comes_back_under_a_higher_epoch_while_the_partition_is_its_own()
    {
        await using var rig = new ShardRig();
        rig.Append(3);
        rig.Member();
        rig.WaitFor(3);
        // As an acquire that was given up long ago and lands now.
        await rig.Store.AcquireAsync(ShardRig.At);
        rig.Append(3);
        rig.WaitFor(6);
        Assert.Contains(rig.Views, v => v.Why?.Contains("fenced", StringComparison.Ordinal) == true);
        Assert.Equal(ShardRig.UpTo(6), (await rig.EndAsync()).Applied);
    }

    [Fact]
    public async Task A_record_that_does_harm_is_given_up_after_counted_attempts_and_no_other_is_lost()
    {
        await using var rig = new ShardRig();
        var tried = 0;
        rig.Ledger.OnApply = offset =>
        {
            if (offset != 5)
                return;
            tried++;
            throw new InvalidOperationException("a bug");
        };
        // Two in a batch: records that were read on for the life that ended must not be applied in the next, beyond a gap.
        rig.Append(12, bytes: 100_000);
        rig.Member();
        rig.WaitFor(12);
        var (shard, applied) = await rig.EndAsync();
        Assert.Equal(ShardRig.UpTo(12).Where(o => o != 5), applied);
        var letter = Assert.Single(rig.Store.DeadLetters(10));
        Assert.Equal((5L, 12L), (letter.Offset, shard.NextOffset));
        Assert.Contains("3 attempts at it alone", letter.Reason);
        // Once with the others, three times counted.
        Assert.Equal(4, tried);
    }

    /// <summary>Killed from outside again and again, as by a limit of memory that is too low: the first batch of each life is under way, and none of its records is to blame.</summary>
    [Fact]
    public async Task Lives_that_end_before_their_first_commit_give_up_no_record()
    {
        await using var rig = new ShardRig();
        rig.Append(3);
        for (var life = 1; life <= 8; life++)
        {
            var epoch = Assert.IsType<Acquired>(await rig.Store.AcquireAsync(ShardRig.At)).Epoch;
            Assert.IsType<Attempted>(await rig.Store.AttemptAsync(ShardRig.At, epoch, 0, alone: false));
        }
        rig.Member();
        rig.WaitFor(3);
        Assert.Equal(ShardRig.UpTo(3), (await rig.EndAsync()).Applied);
        Assert.Empty(rig.Store.DeadLetters(10));
        // The life after it goes record by record, so that it is known which one does harm.
        Assert.All(rig.Attempt.Asked, a => Assert.True(a.Alone));
    }

    [Fact]
    public async Task A_draft_that_no_store_would_take_is_the_fault_of_its_record()
    {
        await using var rig = new ShardRig();
        rig.Ledger.OnDraft = () => rig.Ledger.Applied.LastOrDefault(-1) == 2 ? throw new InvalidOperationException("a bug in a draft") : false;
        rig.Append(3);
        rig.Member();
        Until.True(() => rig.Said.Any(s => s.Contains("record 2 is given up", StringComparison.Ordinal)), "record 2 is given up");
        // The lever looks at what was applied last; another record ends it.
        rig.Ledger.OnDraft = () => false;
        rig.Append(1);
        rig.WaitFor(4);
        Assert.Equal([0, 1, 3], (await rig.EndAsync()).Applied);
    }

    [Fact]
    public async Task Windows_that_cannot_be_computed_are_never_skipped()
    {
        await using var rig = new ShardRig();
        for (var i = 0; i < 10; i++)
        {
            rig.Ledger.Windows.Enqueue(new InferenceBatch());
            rig.Inference.Next((_, call) => call.Fail(new DependencyException("the GPU is away")));
        }
        rig.Append(3);
        rig.Member();
        rig.WaitFor(3);
        var (_, applied) = await rig.EndAsync();
        Assert.Equal(ShardRig.UpTo(3), applied);
        Assert.Equal(10, rig.Inference.Asked.Count);
        Assert.Empty(rig.Store.DeadLetters(10));
    }

    [Fact]
    public async Task Nothing_is_applied_while_windows_are_computed_or_a_commit_is_under_way()
    {
        await using var rig = new ShardRig();
        var held = new TaskCompletionSource<Action>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Ledger.Windows.Enqueue(new InferenceBatch());
        rig.Inference.Next((batch, call) => held.SetResult(() => call.Succeed(batch)));
        rig.Append(1);
        rig.Member();
        var go = await held.Task;
        rig.Append(5);
        Assert.Equal([0L], rig.Ledger.Applied);
        Assert.Empty(rig.Commit.Asked);
        var committing = new TaskCompletionSource<Action>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Commit.Next((commit, call) => committing.SetResult(() => rig.Commit.Forward(commit, call)));
        go();
        go = await committing.Task;
        Assert.Equal([0L], rig.Ledger.Applied);
        go();
        rig.WaitFor(6);
        Assert.Equal(ShardRig.UpTo(6), (await rig.EndAsync()).Applied);
    }

    [Fact]
    public async Task A_shard_without_records_is_asked_for_drafts_again_and_again()
    {
        await using var rig = new ShardRig();
        var asked = 0;
        rig.Ledger.OnDraft = () => Interlocked.Increment(ref asked) % 3 == 0;
        rig.Member();
        Until.True(() => rig.Commit.Asked.Count >= 5, "five commits on ticks");
        Assert.All(rig.Commit.Asked, c => Assert.Equal(0, c.NextOffset));
        Assert.All(rig.Ledger.Drafts, Assert.False);
    }

    [Fact]
    public async Task An_actor_that_fails_itself_starts_again_from_what_is_stored()
    {
        await using var rig = new ShardRig();
        var once = 1;
        rig.OnView = view =>
        {
            if (view.Applied == 2 && Interlocked.Exchange(ref once, 0) == 1)
                throw new InvalidOperationException("a view that fails, with a batch in hand");
        };
        rig.Append(6, bytes: 100_000);
        rig.Member();
        rig.WaitFor(6);
        Assert.Equal(0, once);
        Assert.Equal(ShardRig.UpTo(6), (await rig.EndAsync()).Applied);
    }
}
