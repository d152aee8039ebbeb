using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Runtime;

public sealed class CreditsSpec
{
    [Fact]
    public async Task Requests_are_granted_in_order_and_wait_for_what_is_returned()
    {
        await using var system = ActorSystem.Create("credits");
        var credits = new Credits(10, maxWaiting: 2);
        var probe = new Probe(system);
        Assert.True(credits.Request(8, probe.Ref));
        Assert.Equal(new CreditsGranted(credits, 8), probe.Next());
        Assert.True(credits.Request(5, probe.Ref));
        Assert.True(credits.Request(1, probe.Ref));
        Assert.False(credits.Request(1, probe.Ref));
        // There are two left, but whoever asked first comes first: a large request is not starved by small ones.
        Assert.False(credits.TryTake(1));
        probe.HasNothing();
        credits.Return(2);
        probe.HasNothing();
        credits.Return(2);
        Assert.Equal(new CreditsGranted(credits, 5), probe.Next());
        Assert.Equal(new CreditsGranted(credits, 1), probe.Next());
        Assert.Equal((0, 0), (credits.Available, credits.Waiting));
        credits.Return(10);
        Assert.True(credits.TryTake(10));
    }

    [Fact]
    public async Task A_grant_to_a_source_that_is_gone_comes_back()
    {
        await using var system = ActorSystem.Create("credits");
        var credits = new Credits(4);
        var dead = system.Script();
        var probe = new Probe(system);
        probe.Watches(dead);
        system.Stop(dead);
        probe.Next<Terminated>();
        Assert.True(credits.TryTake(4));
        // As many as may wait: each grant bounces, and the next is made from within it.
        for (var i = 0; i < 1023; i++)
            Assert.True(credits.Request(4, dead));
        Assert.True(credits.Request(4, probe.Ref));
        credits.Return(4);
        Assert.Equal(new CreditsGranted(credits, 4), probe.Next());
    }

    [Fact]
    public void More_than_there_is_or_was_taken_is_a_bug()
    {
        var credits = new Credits(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => credits.TryTake(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => credits.TryTake(0));
        Assert.True(credits.TryTake(2));
        Assert.Throws<InvalidOperationException>(() => credits.Return(3));
    }

    [Fact]
    public async Task Fast_sources_never_have_more_under_way_than_the_capacity()
    {
        const int Sources = 4;
        const int Each = 2_000;
        await using var system = ActorSystem.Create("credits");
        var credits = new Credits(16);
        var underWay = 0;
        var most = 0;
        var handled = 0;
        var done = new TaskCompletionSource();
        var receiver = system.Script((_, _) =>
        {
            most = Math.Max(most, Volatile.Read(ref underWay));
            Interlocked.Decrement(ref underWay);
            credits.Return(1);
            if (++handled == Sources * Each)
                done.SetResult();
        });
        for (var s = 0; s < Sources; s++)
        {
            var left = Each;
            var source = system.Script((self, message) =>
            {
                if (message is CreditsGranted granted)
                {
                    for (var i = 0; i < granted.Count; i++, left--)
                    {
                        Interlocked.Increment(ref underWay);
                        receiver.Tell("load");
                    }
                }
                if (left > 0)
                    Assert.True(credits.Request(Math.Min(4, left), self.Me));
            });
            source.Tell("go");
        }
        await done.Task.WaitAsync(Probe.Limit);
        Assert.InRange(most, 1, 16);
        Assert.Equal(16, credits.Available);
    }
}
