using Tocsin.Actors.Runtime;
using Tocsin.Actors.Shards;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Shards;

public sealed class YieldingShardSpec
{
    private static readonly ShardSettings Patient =
        new(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(60), new Backoff(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20), 0.2))
        {
            Apart = TimeSpan.FromMilliseconds(2),
            Patience = TimeSpan.FromMinutes(5),
        };

    [Fact]
    public async Task Records_wait_in_the_log_while_senders_press_and_are_applied_when_they_do_not()
    {
        await using var rig = new ShardRig();
        rig.Append(3);
        rig.Member(Patient);
        // The first batch of a life is not held back: its attempt is noted.
        rig.WaitFor(3);
        rig.Pressed = true;
        rig.Append(4);
        Until.True(() => rig.Views.LastOrDefault() is { Phase: ShardPhase.CatchingUp, Applied: 3, End: > 3, WaitsSinceMs: > 0 }, "the shard waits");
        Assert.Equal(ShardRig.UpTo(3), rig.Ledger.Applied);
        rig.Pressed = false;
        rig.WaitFor(7);
        Assert.Equal(0, rig.Views.Last().WaitsSinceMs);
        Assert.Equal(ShardRig.UpTo(7), (await rig.EndAsync()).Applied);
    }

    [Fact]
    public async Task None_waits_for_longer_than_its_patience_however_long_they_press()
    {
        await using var rig = new ShardRig();
        rig.Append(3);
        rig.Member(Patient with { Patience = TimeSpan.FromMilliseconds(200) });
        rig.WaitFor(3);
        rig.Pressed = true;
        rig.Append(2500);
        rig.WaitFor(2503);
        Assert.Contains(rig.Views, v => v is { Phase: ShardPhase.CatchingUp, Applied: 3 });
        Assert.Equal(ShardRig.UpTo(2503), (await rig.EndAsync()).Applied);
    }

    [Fact]
    public async Task A_shard_that_waits_can_be_given_to_another_member_and_nothing_is_lost()
    {
        await using var rig = new ShardRig();
        rig.Append(3);
        rig.Member(Patient);
        rig.WaitFor(3);
        rig.Pressed = true;
        rig.Append(4);
        Until.True(() => rig.Views.LastOrDefault() is { Phase: ShardPhase.CatchingUp, Applied: 3 }, "the shard waits");
        rig.Log.Revoke(ShardRig.Group, ShardRig.At);
        Until.True(() => rig.Ledger.Lives == 2, "another life");
        rig.Pressed = false;
        rig.WaitFor(7);
        Assert.Equal(ShardRig.UpTo(7), (await rig.EndAsync()).Applied);
    }
}
