using Tocsin.Actors.Faults;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Checkpointing.Actions;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Acting;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

public sealed class LiveInputsSpec
{
    private const long Now = 1_800_000_000_000;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(15_000, 1)]
    [InlineData(300_000, 3)]
    public void Nodes_are_fresh_for_three_cadences_where_that_is_longer_and_who_never_sent_a_frame_is_not_watched(long cadenceMs, int fresh)
    {
        var nodes = new NodeDirectory(100);
        nodes.Publish(0, [View("now", Now - 1000), View("a", Now - 200_000), View("b", Now - 900_000), View("old", Now - 900_001), View("slurm's", 0), View("down", Now - 1000) with { Condition = NodeCondition.Down }]);
        var inputs = new LiveInputs(nodes, () => null, new BrakeOptions { CadenceMs = cadenceMs }, () => [], () => 0, () => null, () => throw new NotSupportedException());
        var facts = inputs.Facts(Now);
        Assert.Equal((fresh, 4), (facts.FreshNodes, facts.WatchedNodes));
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public void Until_Alertmanager_was_asked_once_whatever_it_may_silence_is_silenced(bool asked, bool silenced, bool expected)
    {
        var inputs = new LiveInputs(new NodeDirectory(100), () => null, new BrakeOptions(), () => [], () => 0, () => new Silences(asked, silenced), () => throw new NotSupportedException());
        Assert.Equal(expected, inputs.Silenced(new AlertLabels("", "hpc", "n001", null, null, null, FaultKind.Unknown), Now));
    }

    private sealed record Silences(bool Asked, bool Silenced) : ISilences
    {
        public bool IsSilenced(AlertLabels labels, DateTimeOffset now) => Silenced;
    }

    private static NodeView View(string name, long frameMs) => new() { Node = new NodeKey("hpc", name), Condition = NodeCondition.Normal, FrameMs = frameMs };
}
