using Tocsin.Actors.Persistence;

namespace Tocsin.Unit.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_crash_at_any_write_point_leaves_the_whole_commit_or_nothing()
    {
        var leftNothing = 0;
        var leftAll = 0;
        for (var at = 0; ; at++)
        {
            long epoch;
            using (var before = Open())
                epoch = (await EpochAsync(before, Shard)).Epoch;
            var left = at;
            var crashed = false;
            var committing = false;
            using var over = new ManualResetEventSlim();
            var points = new List<StorePoint>();
            using (var store = Open(point =>
            {
                if (!committing)
                    return;
                points.Add(point);
                if (left-- == 0)
                {
                    crashed = true;
                    over.Set();
                    throw new StoreCrash();
                }
            }))
            {
                committing = true;
                var answered = false;
                store.Commit(Everything(epoch, 5), _ =>
                {
                    (answered, committing) = (true, false);
                    over.Set();
                });
                // A store that ends writes once more. It must be another transaction than this one, which on a slow machine may not have begun yet: together they have other points.
                Assert.True(over.Wait(TimeSpan.FromSeconds(60)));
                store.Dispose();
                Assert.NotEqual(crashed, answered);
            }
            using var again = Open();
            var next = (await EpochAsync(again, Shard)).Next;
            if (next == 0)
            {
                AssertUntouched(again);
                leftNothing++;
                continue;
            }
            leftAll++;
            Assert.Equal(5, next);
            Assert.Single(again.Alerts(new AlertQuery()));
            Assert.Single(again.DueOutbox("webhook", long.MaxValue, 10));
            Assert.Single(again.PendingFindings(10));
            Assert.Single(again.Segments(new SegmentQuery()));
            Assert.Single(again.Jobs(new JobQuery()));
            Assert.Single(again.DeadLetters(10));
            // The last point is behind the commit: everything before it leaves nothing.
            Assert.Equal(StorePoint.AfterCommit, points[^1]);
            Assert.True(crashed);
            break;
        }
        Assert.Equal(1, leftAll);
        Assert.True(leftNothing >= 12, $"{leftNothing} points");
    }

    [Theory]
    [InlineData(StorePoint.BeforeBegin, false)]
    [InlineData(StorePoint.BeforeWrite, false)]
    [InlineData(StorePoint.BeforeCommit, false)]
    [InlineData(StorePoint.InCommit, true)]
    [InlineData(StorePoint.AfterCommit, true)]
    public async Task A_failure_before_the_commit_left_nothing_and_one_in_it_leaves_it_open(StorePoint where, bool open)
    {
        var failing = false;
        using var store = Open(point =>
        {
            if (failing && point == where)
                throw DiskFull();
        });
        await EpochAsync(store, Shard);
        failing = true;
        var answer = await store.CommitAsync(Everything(1, 5));
        failing = false;
        if (open)
        {
            Assert.IsType<StoreFull>(Assert.IsType<CommitUnknown>(answer).Failure);
            Assert.Equal(where == StorePoint.AfterCommit ? 5 : 0, (await EpochAsync(store, Shard)).Next);
            return;
        }
        Assert.IsType<StoreFull>(Assert.IsType<CommitFailed>(answer).Failure);
        AssertUntouched(store);
        // The very same commit goes through afterwards.
        Assert.IsType<Committed>(await store.CommitAsync(Everything(1, 5)));
        Assert.Single(store.Alerts(new AlertQuery()));
    }

    [Fact]
    public async Task After_a_crash_nobody_is_answered_and_nothing_is_written()
    {
        var crash = false;
        var store = Open(_ =>
        {
            if (crash)
                throw new StoreCrash();
        });
        await EpochAsync(store, Shard);
        crash = true;
        var answers = 0;
        store.Commit(Step(1, 1), _ => Interlocked.Increment(ref answers));
        store.Commit(Step(1, 2), _ => Interlocked.Increment(ref answers));
        store.Dispose();
        Assert.Equal(0, answers);
        using var again = Open();
        Assert.Equal((2, 0), await EpochAsync(again, Shard));
    }
}
