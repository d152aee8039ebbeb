using Tocsin.Daemon.Demo;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Demo;

public sealed class RecurringSpec
{
    private const long Begin = 1_000_000;

    private static readonly FaultEvent[] Faults = [new("leak", "melt", 30_000, 40_000, [])];

    // On b, recorded second 35 is played 105 s later; c and d run together.
    private static readonly Stage Played = Stage.Of(
        [new Track(["a"], Stage.Lay(5_000, (0, 200_000))), new Track(["b"], Stage.Lay(5_000, (100_000, 200_000), (0, 100_000))), new Track(["c", "d"], Stage.Lay(5_000, (0, 200_000)))], [], Faults);

    [Fact]
    public void What_came_at_the_same_recorded_moment_on_other_tracks_recurs_and_false_alarms_come_first()
    {
        ShownAlert[] alerts = [Alert(1, "a", 31_000), Alert(2, "b", 105_000 + 32_000), Alert(3, "c", 30_500), Alert(4, "a", 150_000), Alert(5, "b", 52_000), Alert(6, "a", 90_000)];
        var recurring = Recurring.Of(Played, alerts, Begin);
        // The false one at recorded second 150, on a and b; then the leak on all three, of which c is no lone node's. That of second 90 came once.
        Assert.Equal([("4", true, 2), ("5", true, 2), ("1", false, 3), ("2", false, 3)], recurring.OrderBy(r => !r.False).ThenBy(r => r.Alert.Id).Select(r => (r.Alert.Id, r.False, r.Tracks)));
        Assert.Equal([true, true, false, false], recurring.Select(r => r.False));
        Assert.Equal(3, Recurring.Moments(Played, alerts, Begin));
    }

    [Fact]
    public void One_track_that_shows_it_twice_does_not_make_it_recur() =>
        Assert.Empty(Recurring.Of(Played, [Alert(1, "a", 31_000), Alert(2, "a", 33_000)], Begin));

    [Fact]
    public void What_lasts_or_began_outside_of_what_was_played_is_no_example() =>
        Assert.Empty(Recurring.Of(Played, [Alert(1, "a", 31_000) with { ClearedMs = null }, Alert(2, "b", 105_000 + 31_000) with { ClearedMs = null }, Alert(3, "b", 102_000)], Begin));

    [Fact]
    public void Of_those_that_came_as_often_the_longest_is_first()
    {
        var longer = Alert(2, "b", 105_000 + 31_000) with { ClearedMs = Begin + 180_000 };
        Assert.Equal(["2", "1"], Recurring.Of(Played, [Alert(1, "a", 31_000), longer], Begin).Select(r => r.Alert.Id));
    }

    private static ShownAlert Alert(int id, string node, long at) => new($"{id}", "unknown", "cpu", Begin + at, Begin + at + 3_000, Begin + at + 9_000, [node], null, "", "", false);
}
