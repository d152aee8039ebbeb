using Tocsin.Actors.Alerts.Findings;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class SourceWatchSpec
{
    private readonly SourceWatch _watch = new("c1", SampleSource.RemoteWrite, SourceWatchOptions.For(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)));
    private readonly List<Finding> _told = [];
    private readonly List<bool> _quiet = [];
    private int _now;
    private SourceStanding _standing;

    [Fact]
    public void When_all_are_silent_the_source_is_away_once_until_it_is_back()
    {
        Pass(300, 0, 2000);
        Pass(3600, 0, 0);
        Assert.Equal(["remote_write SourceAway True"], Lines());
        Assert.Equal((Scene.StartMs + 300_000, FaultKind.Unreachable), (_told[0].SinceMs, _told[0].Kind));
        Assert.Equal(120_000, _told[0].AtMs - _told[0].SinceMs);
        // Told again every five minutes: whoever remembers it must know that someone still says so.
        Assert.InRange(_told.Count, 10, 13);
        Pass(15, 0, 10);
        Assert.Equal(["remote_write SourceAway True", "remote_write SourceAway False"], Lines());
        Assert.False(_watch.Away);
    }

    [Fact]
    public void Its_nodes_are_excused_before_they_would_be_stale_and_until_they_had_their_turn()
    {
        Pass(300, 0, 100);
        Assert.DoesNotContain(true, _quiet);
        // Its last nodes were heard of up to 15 s before its last word, and looking takes 7.5 s: 60 s less both.
        Pass(40, 0, 0);
        Assert.True(_standing.Quiet);
        Pass(600, 0, 0);
        Pass(55, 0, 10);
        Assert.True(_standing.Quiet);
        Pass(30, 0, 100);
        Assert.False(_standing.Quiet);
    }

    [Fact]
    public void It_is_as_far_as_its_third_newest_node()
    {
        Pass(300, 0, 50);
        _watch.Heard(Scene.Node("cn0007"), Scene.StartMs + 90_000_000, Now);
        _watch.Heard(Scene.Node("cn0008"), Scene.StartMs + 90_000_000, Now);
        Assert.Equal(Scene.StartMs + 300_000, _watch.Look(Now).FrontMs);
        Pass(15, 1, 2);
        Assert.Equal(Scene.StartMs + 315_000, _standing.FrontMs);
    }

    [Fact]
    public void Samples_of_long_ago_are_samples()
    {
        for (var t = 0; t < 100; t++)
        {
            _now += 15;
            _watch.Heard(Scene.Node("cn0000"), Scene.StartMs + (_now * 1000L) - 3_600_000, Now);
            Assert.Null(_watch.Look(Now).Told);
        }
    }

    [Fact]
    public void A_source_whose_nodes_are_all_powered_down_is_not_away()
    {
        Pass(300, 0, 3);
        for (var i = 0; i < 3; i++)
            _watch.Excuse(Scene.Node($"cn{i:D4}"), true);
        Pass(3600, 0, 0);
        Assert.Empty(_told);
        _watch.Excuse(Scene.Node("cn0002"), false);
        Pass(15, 0, 0);
        Assert.Equal(["remote_write SourceAway True"], Lines());
    }

    [Fact]
    public void One_that_is_expected_and_never_comes_is_away_and_one_that_is_not_is_nobody()
    {
        Pass(600, 0, 0);
        Assert.Equal((0, false), (_told.Count, _standing.Quiet));
        _watch.Expect(Now);
        Pass(130, 0, 0);
        Assert.Equal(["remote_write SourceAway True"], Lines());
    }

    [Fact]
    public void Who_is_gone_for_a_day_is_forgotten()
    {
        Pass(60, 0, 50);
        Pass(90_000, 0, 5);
        Assert.Equal(5, _watch.Nodes);
    }

    private long Now => Scene.StartMs + (_now * 1000L);

    /// <summary>A cadence of 15 s in which the nodes [from, to) are heard of; looked at every 5 s.</summary>
    private void Pass(int seconds, int from, int to)
    {
        for (var end = _now + seconds; _now < end;)
        {
            _now += 5;
            for (var i = from; i < to && _now % 15 == 0; i++)
                _watch.Heard(Scene.Node($"cn{i:D4}"), Now, Now);
            _standing = _watch.Look(Now);
            _quiet.Add(_standing.Quiet);
            if (_standing.Told is { } told)
                _told.Add(told);
        }
    }

    private IEnumerable<string> Lines() => _told.Select(t => $"{t.Node.Name} {t.Source} {t.Active}").Where((line, i) => i == 0 || line != $"{_told[i - 1].Node.Name} {_told[i - 1].Source} {_told[i - 1].Active}");
}
