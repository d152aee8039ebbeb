using Tocsin.Actors.Runtime;

namespace Tocsin.ActorTests.Runtime;

public sealed class MailboxSpec
{
    [Fact]
    public async Task Messages_of_one_sender_arrive_in_the_order_in_which_they_were_sent()
    {
        await using var system = ActorSystem.Create("order");
        var probe = new Probe(system);
        for (var i = 0; i < 10_000; i++)
            probe.Ref.Tell(i);
        for (var i = 0; i < 10_000; i++)
            Assert.Equal(i, probe.Next());
    }

    [Fact]
    public async Task Many_threads_tell_and_one_at_a_time_reads_each_message_once_in_its_senders_order()
    {
        const int Senders = 8;
        const int Each = 50_000;
        await using var system = ActorSystem.Create("stress");
        var inside = 0;
        var overlaps = 0;
        var outOfOrder = 0;
        var got = 0;
        var next = new int[Senders];
        var done = new TaskCompletionSource();
        // Plain fields on purpose: were there ever two readers, or one that does not see its forerunner's writes, counts would be lost.
        var actor = system.Script((_, message) =>
        {
            if (Interlocked.Increment(ref inside) != 1)
                overlaps++;
            var (sender, number) = ((int, int))message;
            if (next[sender]++ != number)
                outOfOrder++;
            got++;
            Interlocked.Decrement(ref inside);
            if (got == Senders * Each)
                done.SetResult();
        });
        var threads = Enumerable.Range(0, Senders).Select(s => new Thread(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                actor.Tell((s, i));
                // Lets the reader run dry again and again: the way from idle to scheduled is what is tried.
                if (i % 64 == 0)
                    Thread.Yield();
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        await done.Task.WaitAsync(Probe.Limit);
        Assert.Equal((0, 0, Senders * Each), (overlaps, outOfOrder, got));
    }

    [Fact]
    public async Task Each_message_to_an_actor_that_stops_meanwhile_is_handled_or_a_dead_letter()
    {
        const int Senders = 4;
        const int Each = 20_000;
        await using var system = ActorSystem.Create("closing");
        for (var round = 0; round < 5; round++)
        {
            var before = system.Counters.DeadLetters;
            var handled = 0;
            var actor = system.Script((_, _) => handled++);
            var threads = Enumerable.Range(0, Senders).Select(_ => new Thread(() =>
            {
                for (var i = 0; i < Each; i++)
                    actor.Tell("x");
            })).ToList();
            threads.ForEach(t => t.Start());
            Until.True(() => Volatile.Read(ref handled) > 100, "messages are handled");
            system.Stop(actor);
            threads.ForEach(t => t.Join());
            Until.True(() => handled + system.Counters.DeadLetters - before >= Senders * Each, "all messages are accounted for");
            Assert.Equal(Senders * Each, handled + system.Counters.DeadLetters - before);
        }
    }

    [Fact]
    public async Task A_busy_actor_leaves_room_for_others_on_the_same_thread()
    {
        await using var system = ActorSystem.Create("fair", new() { Dispatchers = [new DedicatedThreadDispatcher("one")] });
        var onOne = Props.Create(() => new Scripted((self, message) => self.Me.Tell(message))).WithDispatcher("one");
        system.ActorOf(onOne).Tell("for ever");
        var answering = system.ActorOf(Props.Create(() => new Scripted((self, message) => self.From.Tell(message))).WithDispatcher("one"));
        Assert.Equal("there", await answering.Ask<string>("there", Probe.Limit));
    }

    [Fact]
    public async Task Actors_of_a_dedicated_dispatcher_share_its_one_thread()
    {
        await using var system = ActorSystem.Create("threads", new() { Dispatchers = [new DedicatedThreadDispatcher("training", lowPriority: true)] });
        var props = Props.Create(() => new Scripted()).WithDispatcher("training");
        var names = Enumerable.Range(0, 5).Select(_ => system.ActorOf(props).Do(_ => (Environment.CurrentManagedThreadId, Thread.CurrentThread.Name)));
        Assert.Equal("tocsin-training", Assert.Single(names.Distinct()).Name);
        Assert.Throws<ArgumentException>(() => system.ActorOf(props.WithDispatcher("trainign")));
    }

    [Fact]
    public async Task Actors_of_a_dispatcher_with_threads_run_side_by_side_on_no_more_than_these()
    {
        await using var system = ActorSystem.Create("threads", new() { Dispatchers = [new DedicatedThreadDispatcher("three", threads: 3)] });
        var props = Props.Create(() => new Scripted()).WithDispatcher("three");
        using var together = new Barrier(3);
        var met = Enumerable.Range(0, 3).Select(_ => system.ActorOf(props)).AsParallel().WithDegreeOfParallelism(3)
            .Select(actor => actor.Do(_ => (together.SignalAndWait(Probe.Limit), Thread.CurrentThread.Name))).ToArray();
        Assert.All(met, m => Assert.Equal((true, "tocsin-three"), m));
        var threads = Enumerable.Range(0, 20).Select(_ => system.ActorOf(props).Do(_ => Environment.CurrentManagedThreadId)).Distinct();
        Assert.InRange(threads.Count(), 1, 3);
    }

    [Fact]
    public async Task Low_priority_holds_for_the_training_thread_and_for_what_it_starts_and_for_nobody_else()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using var system = ActorSystem.Create("nice", new() { Dispatchers = [new DedicatedThreadDispatcher("training", lowPriority: true)] });
        var before = Nice();
        var training = system.ActorOf(Props.Create(() => new Scripted()).WithDispatcher("training"));
        var started = -1;
        var low = Math.Min(19, before + 5);
        Assert.Equal(low, training.Do(_ =>
        {
            // Lowered once more it is no lower.
            var helper = new Thread(() =>
            {
                ThreadPriorities.LowerThis();
                started = Nice();
            });
            helper.Start();
            helper.Join();
            return Nice();
        }));
        Assert.Equal(low, started);
        Assert.Equal(before, Nice());
        Assert.Equal(before, system.Script().Do(_ => Nice()));
    }

    /// <summary>Field 19 of stat; the second one, in brackets, may hold spaces.</summary>
    private static int Nice()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture);
    }
}
