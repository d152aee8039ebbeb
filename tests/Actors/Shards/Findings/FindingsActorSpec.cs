using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards.Findings;
using Tocsin.Shared;

namespace Tocsin.ActorTests.Shards.Findings;

/// <summary>From commits of shards of nodes into the topic of findings: each counts once, and in the order of the commits of its shard.</summary>
public sealed class FindingsActorSpec
{
    [Fact]
    public async Task What_is_committed_goes_into_the_log_in_its_order_and_waits_no_more()
    {
        await using var rig = new FindingsRig();
        await rig.CommitAsync(0, "a1", "a2");
        rig.Start();
        await rig.CommitAsync(1, "b1");
        await rig.CommitAsync(0, "a3");
        rig.WaitForNone();
        Assert.Equal(["a1", "a2", "b1", "a3"], rig.Taken());
        Assert.Empty(rig.Said);
    }

    [Fact]
    public async Task One_that_the_log_refuses_holds_up_what_follows_it_and_is_said_once()
    {
        await using var rig = new FindingsRig();
        await rig.CommitAsync(0, "a1", "a2", "a3");
        for (var i = 0; i < 2; i++)
        {
            rig.Append.Next((record, call) => rig.Append.Forward(record, call));
            rig.Append.Answers(new LogFull("no space"));
            rig.Append.Next((record, call) => rig.Append.Forward(record, call));
        }
        rig.Start();
        rig.WaitForNone();
        // The third came into the log before the second did.
        Assert.Equal(["a1", "a2", "a3"], rig.Taken());
        Assert.True(rig.Append.Asked.Count >= 6, $"{rig.Append.Asked.Count} appends");
        Assert.Equal(["findings wait: no space"], rig.Said);
    }

    [Fact]
    public async Task One_that_is_there_though_its_answer_was_lost_comes_again_and_counts_once()
    {
        await using var rig = new FindingsRig();
        await rig.CommitAsync(0, "a1", "a2");
        rig.Append.HappensButAnswers(new LogBroken("the reply to an append was lost"));
        rig.Start();
        rig.WaitForNone();
        Assert.Equal(4, rig.Append.Asked.Count);
        Assert.Equal(4, rig.Log.Bounds(new TopicPartition(LogTopics.Findings, 0)).Next);
        Assert.Equal(["a1", "a2"], rig.Taken());
    }

    [Fact]
    public async Task A_crash_between_append_and_mark_brings_all_of_them_again_and_each_counts_once()
    {
        await using var rig = new FindingsRig();
        await rig.CommitAsync(0, "a1", "a2");
        var marking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Published.Next((_, _) => marking.SetResult());
        rig.Start();
        await marking.Task;
        await rig.CommitAsync(0, "a3");
        rig.Restart();
        rig.WaitForNone();
        Assert.Equal(5, rig.Log.Bounds(new TopicPartition(LogTopics.Findings, 0)).Next);
        Assert.Equal(["a1", "a2", "a3"], rig.Taken());
    }

    [Fact]
    public async Task An_answer_that_comes_late_leaves_the_pass_unmarked_until_it_is_there()
    {
        await using var rig = new FindingsRig();
        await rig.CommitAsync(0, "a1", "a2");
        var late = new TaskCompletionSource<Action>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Append.Next((record, call) => FindingsPorts.AppendTo(rig.Log, record, failure => late.SetResult(() => call.Succeed(failure))));
        rig.Start();
        var answer = await late.Task;
        // What comes meanwhile waits for its turn: it follows on what may yet be refused.
        await rig.CommitAsync(0, "a3");
        Until.True(() => rig.Append.Asked.Count == 2, "the second was appended");
        Assert.Empty(rig.Published.Asked);
        answer();
        rig.WaitForNone();
        Assert.Equal(["a1", "a2", "a3"], rig.Taken());
        Assert.Equal(2, rig.Published.Asked.Count);
    }

    [Fact]
    public async Task A_store_that_is_away_is_asked_again()
    {
        await using var rig = new FindingsRig();
        await rig.CommitAsync(0, "a1");
        rig.Pending.Next((_, call) => call.Fail(new DependencyException("the database is away")));
        rig.Published.Answers(new StoreBusy("the database is away"));
        rig.Start();
        rig.WaitForNone();
        Assert.Equal(["a1"], rig.Taken());
        Assert.Equal(["findings wait: the database is away"], rig.Said.Distinct());
    }
}
