using Tocsin.Actors.Supervision.Picture;
using Tocsin.Checkpointing.Migration;
using Tocsin.Checkpointing.Slurm;

namespace Tocsin.ActorTests.Supervision;

/// <summary>Columns and lines as Slurm 22.05 wrote them (four nodes of 4 cores and 8,000 MB, CR_Core_Memory, topology/tree).</summary>
public sealed class RoomSpec
{
    [Theory]
    [InlineData("2/2/0/4", "8000", "1500", 2, 4, 6500, 8000)]
    [InlineData("0/4/0/4", "8000", "0", 4, 4, 8000, 8000)]
    [InlineData("0/0/4/4", "8000", "0", 0, 4, 8000, 8000)]
    [InlineData("N/A", "8000", "0", 0, 0, 8000, 8000)]
    [InlineData("9/9/0/4", "8000", "N/A", 0, 0, 0, 0)]
    [InlineData("-1/5/0/4", "", "", 0, 0, 0, 0)]
    public void The_room_of_a_node_is_what_no_job_has(string cpus, string memory, string allocated, int free, int cores, double freeMb, double mb) =>
        Assert.Equal(new NodeRoom(free, cores, freeMb, mb), RoomText.Node(cpus, memory, allocated));

    [Theory]
    [InlineData("OK", "cpu=3,mem=3000M,node=2,billing=3", 2, 1.5, 1500, false)]
    [InlineData("NO", "cpu=4,mem=8000M,node=1,billing=4", 1, 4, 8000, true)]
    [InlineData("OK", "cpu=128,mem=187.50G,node=2,billing=128", 2, 64, 96_000, false)]
    [InlineData("OK", "cpu=8,mem=16G,node=1,billing=8,gres/gpu=2", 1, 8, 16_384, true)]
    [InlineData("USER", "", 1, 0, 0, true)]
    [InlineData("OK", "cpu=x,mem=-3M,node=1", 1, 0, 0, false)]
    public void What_a_job_takes_of_a_node_is_its_share_of_the_whole(string shares, string tres, int nodes, double cores, double mb, bool alone) =>
        Assert.Equal(new NodeNeed(cores, mb, alone), RoomText.Job(shares, tres, nodes));

    [Theory]
    [InlineData(1.5, 1500, false, false, 4 / 3.0)]
    [InlineData(1.5, 7000, false, false, 6500 / 7000.0)]
    [InlineData(4, 1500, false, false, 0.5)]
    [InlineData(1.5, 1500, true, false, 0)]
    [InlineData(0, 0, false, false, 0)]
    [InlineData(0, 0, false, true, 1)]
    public void A_partly_used_node_fits_where_both_cores_and_memory_are_free(double cores, double mb, bool alone, bool idle, double share) =>
        Assert.Equal(share, new NodeNeed(cores, mb, alone).FreeShare(new NodeRoom(2, 4, 6500, 8000), idle), 1e-9);

    [Fact]
    public void Where_nothing_is_known_an_idle_node_fits_and_a_used_one_does_not()
    {
        Assert.Equal(1, new NodeNeed(4, 1000, false).FreeShare(default, idle: true));
        Assert.Equal(0, new NodeNeed(4, 1000, false).FreeShare(default, idle: false));
    }

    [Fact]
    public void Leaves_of_the_topology_are_read_and_what_is_above_them_is_not()
    {
        var switches = Topology.Read("""
            SwitchName=leaf1 Level=0 LinkSpeed=1 Nodes=n[001-002]
            SwitchName=leaf2 Level=0 LinkSpeed=1 Nodes=n[003-004]
            SwitchName=spine Level=1 LinkSpeed=1 Nodes=n[001-004] Switches=leaf[1-2]
            SwitchName=bad Level=0 LinkSpeed=1 Nodes=n[005-
            """);
        Assert.Equal(["n001 leaf1", "n002 leaf1", "n003 leaf2", "n004 leaf2"], switches.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} {s.Value}"));
    }

    [Fact]
    public async Task The_topology_is_asked_for_once_an_hour_and_a_failure_is_said_once_and_forgets_nothing()
    {
        var slurm = new Scripted("SwitchName=leaf1 Level=0 LinkSpeed=1 Nodes=n001\n");
        var said = new List<string>();
        var topology = new Topology(slurm, TimeSpan.FromSeconds(20), said.Add);
        foreach (var at in (long[])[0, 60_000, 3_599_999, 3_600_000])
            Assert.Equal("leaf1", (await topology.TakeAsync(at, default))["n001"]);
        Assert.Equal(2, slurm.Asked);
        slurm.Failure = "scontrol did not end within 20 s";
        foreach (var at in (long[])[7_200_000, 10_800_000])
            Assert.Equal("leaf1", (await topology.TakeAsync(at, default))["n001"]);
        Assert.Equal(4, slurm.Asked);
        Assert.Contains("did not end", Assert.Single(said));
    }

    /// <summary>"scontrol: error: No topology information available" is no failure: it ends with 0 and prints nothing.</summary>
    [Fact]
    public async Task A_site_without_a_topology_plugin_has_no_switches_and_hears_nothing_of_it()
    {
        var said = new List<string>();
        Assert.Empty(await new Topology(new Scripted(""), TimeSpan.FromSeconds(20), said.Add).TakeAsync(0, default));
        Assert.Empty(said);
    }

    private sealed class Scripted(string output) : ISlurmPrograms
    {
        public int Asked { get; private set; }

        public string? Failure { get; set; }

        public Task<ProgramAnswer> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken stop)
        {
            Assert.Equal("scontrol show topology", $"{program} {string.Join(' ', arguments)}");
            Asked++;
            return Task.FromResult(Failure is null ? new ProgramAnswer(output) : new ProgramAnswer("", Failure));
        }
    }
}
