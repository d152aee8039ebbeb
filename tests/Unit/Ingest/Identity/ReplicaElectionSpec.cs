using Tocsin.Ingest.Identity;

namespace Tocsin.Unit.Ingest.Identity;

public sealed class ReplicaElectionSpec
{
    private const long Silence = 45_000;

    [Fact]
    public void The_first_to_speak_is_elected_and_the_other_left_out()
    {
        Assert.Equal("a=1 b=0 a=1 b=0", Play(("a", 0), ("b", 1), ("a", 15_000), ("b", 15_001)));
    }

    [Fact]
    public void The_other_takes_over_only_after_the_silence_and_keeps_it()
    {
        Assert.Equal("a=1 b=0 b=1 a=0 a=0 b=1", Play(("a", 0), ("b", 45_000), ("b", 45_001), ("a", 45_002), ("a", 90_001), ("b", 50_000)));
    }

    [Fact]
    public void What_comes_late_of_the_elected_one_does_not_turn_its_clock_back()
    {
        Assert.Equal("a=1 a=1 b=0", Play(("a", 60_000), ("a", 1_000), ("b", 80_000)));
    }

    [Fact]
    public void Two_clocks_that_differ_by_less_than_the_silence_never_take_turns()
    {
        var random = new Random(7);
        var election = default(ReplicaElection);
        var changes = 0;
        for (var t = 0L; t < 10_000_000; t += 15_000)
        {
            foreach (var replica in random.Next(2) == 0 ? new[] { "a", "b" } : ["b", "a"])
            {
                var before = election.Elected;
                (_, election) = election.Decide(replica, t + (replica == "b" ? 29_000 : 0), Silence);
                changes += before is not null && before != election.Elected ? 1 : 0;
            }
        }
        Assert.Equal(0, changes);
    }

    private static string Play(params (string Replica, long TimeMs)[] calls)
    {
        var election = default(ReplicaElection);
        return string.Join(' ', calls.Select(c =>
        {
            (var taken, election) = election.Decide(c.Replica, c.TimeMs, Silence);
            return $"{c.Replica}={(taken ? 1 : 0)}";
        }));
    }
}
