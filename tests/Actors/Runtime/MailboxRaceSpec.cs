using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Runtime;

/// <summary>The mailbox's own races, without a pool in between: at every point that can be named, and on real threads where it cannot.</summary>
public sealed class MailboxRaceSpec
{
    private static int _step;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_message_that_comes_at_any_point_of_a_turn_is_handled_once_in_order_by_one_reader(bool system)
    {
        var points = 0;
        for (var at = 0; at <= points; at++)
        {
            var dispatcher = new CountingDispatcher();
            var mailbox = new BareMailbox(dispatcher);
            var point = 0;
            Action hook = () =>
            {
                if (point++ != at)
                    return;
                // What another thread would do here, whole.
                if (system)
                    mailbox.PostSystem("late");
                else
                    mailbox.Post(new Envelope("late", null));
            };
            mailbox.OnHook = hook;
            dispatcher.OnHook = hook;
            for (var i = 0; i < 3; i++)
                mailbox.Post(new Envelope(i, null));
            while (dispatcher.TakeOne())
            {
                Assert.Equal(0, dispatcher.Scheduled);
                mailbox.Execute();
                Assert.InRange(dispatcher.Scheduled, 0, 1);
            }
            points = Math.Max(points, point);
            var late = at < point ? 1 : 0;
            Assert.Equal([0, 1, 2], mailbox.Handled.Where(m => m is int));
            Assert.Equal(late, mailbox.Handled.Count(m => m is "late"));
            if (!system && late == 1)
                Assert.Equal("late", mailbox.Handled[^1]);
        }
        Assert.True(points > 10, $"{points} points");
    }

    [Fact]
    public void Of_two_that_tell_an_idle_actor_at_once_one_schedules_it()
    {
        var dispatcher = new CountingDispatcher();
        var mailbox = new BareMailbox(dispatcher);
        Race(
            _ => mailbox.Post(new Envelope("a", null)),
            _ => mailbox.Post(new Envelope("b", null)),
            () =>
            {
                Assert.Equal(1, dispatcher.Scheduled);
                RunAll(mailbox, dispatcher, 2);
            });
    }

    [Fact]
    public void A_message_that_comes_as_the_reader_leaves_is_seen_by_one_of_the_two()
    {
        var dispatcher = new CountingDispatcher();
        var mailbox = new BareMailbox(dispatcher);
        Race(
            round =>
            {
                mailbox.Post(new Envelope("a", null));
                // Whichever of the two scheduled it, this thread is the reader.
                if (dispatcher.TakeOne())
                    mailbox.Execute();
            },
            round =>
            {
                Wait(round % 256);
                mailbox.Post(new Envelope("b", null));
            },
            () => RunAll(mailbox, dispatcher, 2));
    }

    [Fact]
    public void A_message_that_comes_as_the_actor_closes_is_accounted_for_once()
    {
        CountingDispatcher dispatcher = null!;
        BareMailbox mailbox = null!;
        void Renew()
        {
            dispatcher = new CountingDispatcher();
            mailbox = new BareMailbox(dispatcher);
            mailbox.PostSystem("close");
        }
        Renew();
        // One message a round: either side may be the one that gives it back, and both are done before it is looked at.
        Race(
            _ => { Assert.True(dispatcher.TakeOne()); mailbox.Execute(); },
            round =>
            {
                Wait(round % 256);
                mailbox.Post(new Envelope("b", null));
            },
            () =>
            {
                Assert.Equal(["b"], mailbox.Handled);
                Assert.Equal(0, dispatcher.Scheduled);
                Renew();
            });
    }

    /// <summary>About a nanosecond each: a turn takes some hundred, so the rounds fall on all of its points.</summary>
    private static void Wait(int steps)
    {
        for (var i = 0; i < steps; i++)
            Volatile.Write(ref _step, i);
    }

    private static void RunAll(BareMailbox mailbox, CountingDispatcher dispatcher, int expected)
    {
        while (dispatcher.TakeOne())
            mailbox.Execute();
        Assert.Equal(expected, mailbox.Handled.Count);
        mailbox.Clear();
    }

    /// <summary>Two threads that start each round at the same moment, and a look at what came of it.</summary>
    private static void Race(Action<int> one, Action<int> other, Action look)
    {
        const int Rounds = 50_000;
        var round = 0;
        var done = 0;
        Exception? failed = null;
        var helper = new Thread(() =>
        {
            for (var mine = 1; mine <= Rounds; mine++)
            {
                var spin = new SpinWait();
                while (Volatile.Read(ref round) < mine)
                    spin.SpinOnce(sleep1Threshold: -1);
                if (Volatile.Read(ref round) == int.MaxValue)
                    return;
                other(mine);
                Volatile.Write(ref done, mine);
            }
        });
        helper.Start();
        try
        {
            for (var mine = 1; mine <= Rounds; mine++)
            {
                Volatile.Write(ref round, mine);
                one(mine);
                var spin = new SpinWait();
                while (Volatile.Read(ref done) < mine)
                    spin.SpinOnce(sleep1Threshold: -1);
                look();
            }
        }
        catch (Exception e)
        {
            failed = e;
            Volatile.Write(ref round, int.MaxValue);
        }
        helper.Join();
        Assert.Null(failed);
    }
}
