using Tocsin.Actors.Alerts.Findings;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class SourceWatchSpec
{
    private readonly SourceWatch _watch = new("c1", "prometheus-1", SourceWatchOptions.For(TimeSpan.FromSeconds(15)));
    private readonly List<Finding> _told = [];
    private int _now;

    [Fact]
    public void A_node_that_is_silent_while_the_others_go_on_is_stale_until_it_is_back()
    {
        Pass(300, 0, 50);
        Pass(75, 1, 50);
        Assert.Equal(["cn0000 Silence True"], Lines());
        Assert.Equal((Scene.StartMs + 300_000, FaultKind.Unreachable), (_told[0].SinceMs, _told[0].Kind));
        Pass(30, 0, 50);
        Assert.Equal(["cn0000 Silence True", "cn0000 Silence False"], Lines());
    }

    [Fact]
    public void When_all_are_silent_the_source_is_away_and_no_node_is_stale()
    {
        Pass(300, 0, 2000);
        Pass(3600, 0, 0);
        Assert.Equal(["prometheus-1 SourceAway True"], Lines());
        Assert.True(_watch.Away);
        // Told again every five minutes: whoever remembers it must know that someone still says so.
        Assert.InRange(_told.Count, 10, 13);
    }

    [Fact]
    public void A_source_that_comes_back_makes_nobody_stale_whose_turn_has_not_come()
    {
        Pass(300, 0, 100);
        Pass(3600, 0, 0);
        // Ten nodes a tick, over 30 seconds more or less, as senders drain what they held.
        for (var i = 0; i < 10; i++)
            Pass(5, 0, 10 * (i + 1));
        Pass(300, 0, 100);
        Assert.Equal(["prometheus-1 SourceAway True", "prometheus-1 SourceAway False"], Lines());
    }

    [Fact]
    public void Who_does_not_come_back_with_its_source_is_stale()
    {
        Pass(300, 0, 100);
        Pass(3600, 0, 0);
        Pass(300, 1, 100);
        Assert.Equal(["prometheus-1 SourceAway True", "prometheus-1 SourceAway False", "cn0000 Silence True"], Lines());
    }

    [Fact]
    public void Two_clocks_that_are_ahead_make_nobody_stale()
    {
        Pass(300, 0, 50);
        _watch.Seen(Scene.Node("cn0007"), Scene.StartMs + 90_000_000);
        _watch.Seen(Scene.Node("cn0008"), Scene.StartMs + 90_000_000);
        Pass(300, 0, 50);
        Assert.Empty(_told);
    }

    [Fact]
    public void Who_is_powered_down_is_not_stale_and_has_its_time_when_it_is_woken()
    {
        Pass(300, 0, 50);
        _watch.Excuse(Scene.Node("cn0000"), true);
        Pass(3600, 1, 50);
        _watch.Excuse(Scene.Node("cn0000"), false);
        Pass(45, 1, 50);
        Assert.Empty(_told);
        Pass(30, 1, 50);
        Assert.Equal(["cn0000 Silence True"], Lines());
    }

    [Fact]
    public void A_source_whose_nodes_are_all_powered_down_is_not_away()
    {
        Pass(300, 0, 3);
        for (var i = 0; i < 3; i++)
            _watch.Excuse(Scene.Node($"cn{i:D4}"), true);
        Pass(3600, 0, 0);
        Assert.Empty(_told);
    }

    [Fact]
    public void A_shard_that_catches_up_judges_nobody()
    {
        Pass(300, 0, 50);
        for (var i = 0; i < 49; i++)
            _watch.Seen(Scene.Node($"cn{i:D4}"), Scene.StartMs + 900_000);
        Assert.Empty(_watch.Decide(Scene.StartMs + 9_000_000, caughtUp: false));
    }

    [Fact]
    public void A_node_that_is_removed_takes_its_finding_with_it()
    {
        Pass(300, 0, 50);
        Pass(75, 1, 50);
        Assert.False(_watch.Remove(Scene.Node("cn0000"), Scene.StartMs)!.Active);
        Assert.Null(_watch.Remove(Scene.Node("cn0001"), Scene.StartMs));
        Assert.Equal((48, 0), (_watch.Nodes, _watch.Stale));
    }

    /// <summary>A cadence of 15 s in which the nodes [from, to) are heard of; decisions every 5 s.</summary>
    private void Pass(int seconds, int from, int to)
    {
        for (var end = _now + seconds; _now < end;)
        {
            _now += 5;
            if (_now % 15 == 0 || seconds < 15)
            {
                for (var i = from; i < to; i++)
                    _watch.Seen(Scene.Node($"cn{i:D4}"), Scene.StartMs + _now * 1000L);
            }
            _told.AddRange(_watch.Decide(Scene.StartMs + _now * 1000L, caughtUp: true));
        }
    }

    private IEnumerable<string> Lines() => _told.Select(t => $"{t.Node.Name} {t.Source} {t.Active}").Where((line, i) => i == 0 || line != $"{_told[i - 1].Node.Name} {_told[i - 1].Source} {_told[i - 1].Active}");
}
