using System.Text.Json;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Integration.Slurm;

/// <summary>States of real nodes, against what <c>sinfo --json</c> of the same moment says.</summary>
[Collection(SlurmTests.Name)]
public sealed class RealNodeStateSpec(ITestOutputHelper output) : INodeStateSink
{
    private readonly Dictionary<string, NodeState> _states = [];
    private int _told;

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<NodeState> states, CancellationToken stop)
    {
        foreach (var state in states)
            _states[state.Node.Name] = state;
        _told += states.Count;
        return ValueTask.FromResult(AppendResult.Done);
    }

    [Fact]
    public async Task Drained_down_dead_powered_down_maintained_and_rebooting_nodes_are_told_apart()
    {
        if (SlurmCluster.IsLeftOut(output))
            return;
        await using var slurm = await SlurmCluster.StartAsync(8, "TopologyPlugin=topology/tree");
        using var gate = new CommandGate(TimeProvider.System);
        var poller = new NodeStatePoller(slurm.Programs, gate, "tocsin", 60, this, TimeProvider.System, () => 0);
        Assert.Null(await poller.AskAsync(default));
        Assert.Equal(8, _told);
        Assert.Equal(["s1", "s2", "s2", "s2", "s2", "s2", "s2", "s2"], _states.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Value.Switch));
        Assert.All(_states.Values, s => Assert.Equal((NodeConditions.None, true), (s.Conditions, s.BootMs is not null && s.SlurmdStartMs > s.BootMs && s.Kernel.Length > 0)));

        await slurm.RunAsync("scontrol", "update", "nodename=n001", "state=drain", "reason=bad |dimm State=IDLE\nBootTime=1970");
        await slurm.RunAsync("scontrol", "update", "nodename=n003", "state=power_down");
        await slurm.RunAsync("scontrol", "create", "reservation", "reservationname=m", "starttime=now", "duration=60", "nodes=n004", "flags=maint,ignore_jobs", "users=root");
        await slurm.RunAsync("scontrol", "reboot", "ASAP", "nextstate=resume", "n005");
        slurm.KillNode("n006");
        await WaitAsync(slurm, "n003", "POWERED_DOWN");
        await WaitAsync(slurm, "n004", "MAINT");
        await WaitAsync(slurm, "n005", "REBOOT_ISSUED");
        await WaitAsync(slurm, "n006", "DOWN");
        // With ReturnToService=2 a node that only was set down is back as soon as its slurmd registers again: it is set down and asked for until that did not come in between.
        await Waiting.ForAsync(async () =>
        {
            await slurm.RunAsync("scontrol", "update", "nodename=n002", "state=down", "reason=link");
            Assert.Null(await poller.AskAsync(default));
            return _states["n002"].Conditions == NodeConditions.Down;
        }, "n002 to be seen down");
        await WaitAsync(slurm, "n002", "IDLE");
        Assert.Null(await poller.AskAsync(default));

        output.WriteLine(string.Join('\n', _states.Values.Select(s => $"{s.Node.Name} {s.Words} '{s.Reason}' -> {s.Conditions}")));
        Assert.Equal(NodeConditions.Drained, _states["n001"].Conditions);
        Assert.Equal("bad |dimm State=IDLE", _states["n001"].Reason);
        Assert.Equal(NodeConditions.None, _states["n002"].Conditions);
        Assert.Equal((NodeConditions.PoweredDown, true), (_states["n003"].Conditions, _states["n003"].SilenceIsMeant));
        Assert.Equal((NodeConditions.Maintenance, true), (_states["n004"].Conditions, _states["n004"].Muted));
        Assert.Equal((NodeConditions.Drained | NodeConditions.Rebooting, true), (_states["n005"].Conditions, _states["n005"].SilenceIsMeant));
        Assert.Equal((true, false, false), (_states["n006"].Down, _states["n006"].SilenceIsMeant, _states["n006"].Muted));
        Assert.Equal(NodeConditions.None, _states["n007"].Conditions);
        await EqualsSinfoAsync(slurm);

        var before = _told;
        Assert.Null(await poller.AskAsync(default));
        Assert.Equal(before, _told);
        slurm.KillController();
        Assert.NotNull(await poller.AskAsync(default));
        Assert.Equal((1, before), (poller.Health.Failures, _told));
        await slurm.StartControllerAsync();
    }

    private async Task EqualsSinfoAsync(SlurmCluster slurm)
    {
        using var json = JsonDocument.Parse(await slurm.RunAsync("sinfo", "--json"));
        foreach (var node in json.RootElement.GetProperty("nodes").EnumerateArray())
        {
            var words = node.GetProperty("state_flags").EnumerateArray().Select(f => f.GetString()!).Prepend(node.GetProperty("state").GetString()!.ToUpperInvariant());
            var ours = _states[node.GetProperty("name").GetString()!];
            Assert.Equal(string.Join('+', words), ours.Words);
            Assert.Equal(node.GetProperty("boot_time").GetInt64() * 1000, ours.BootMs);
            Assert.Equal(node.GetProperty("operating_system").GetString(), ours.Kernel);
        }
    }

    private static Task WaitAsync(SlurmCluster slurm, string node, string word) => Waiting.ForAsync(
        async () => (await slurm.RunAsync("scontrol", "--oneliner", "show", "node", node)).Contains(word, StringComparison.Ordinal), $"{node} {word}");
}
