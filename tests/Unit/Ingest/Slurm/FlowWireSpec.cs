using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Unit.Ingest.Slurm;

public sealed class FlowWireSpec
{
    private static readonly JobEvent Full = new()
    {
        Source = JobEventSource.Accounting,
        JobId = "12_3",
        JobName = "näme|with\nlines \u0001 and \ud83d\ude00",
        User = "ada",
        SubmitMs = 1_795_272_218_000,
        StartMs = 1_795_272_219_000,
        EndMs = 1_795_272_221_000,
        State = JobState.Requeued,
        AsOfMs = 1_795_272_230_000,
        NodeList = "n[001-008]",
        NodeCount = 8,
    };

    private static readonly NodeState Node = new()
    {
        Node = new NodeKey("alpha", "n001"),
        AsOfMs = 1_795_272_230_000,
        Conditions = NodeConditions.Down | NodeConditions.Drained,
        Words = "DOWN+DRAIN",
        Reason = "bad |dimm State=IDLE\nBootTime=1970",
        BootMs = 1_795_257_166_000,
        SlurmdStartMs = null,
        Kernel = "Linux 6.1",
    };

    [Fact]
    public void A_job_event_comes_back_as_it_was_written()
    {
        foreach (var e in (JobEvent[])[Full, Full with { User = null, SubmitMs = null, StartMs = null }, Full with { EndMs = null, JobName = "" }])
        {
            Assert.True(WireBytes.TryRead<JobEvent>(WireBytes.Of(e), out var read, out var failure), failure.ToString());
            Assert.Equal(e, read);
        }
    }

    [Fact]
    public void A_job_event_without_a_time_is_refused() =>
        Assert.False(WireBytes.TryRead<JobEvent>(WireBytes.Of(Full with { StartMs = null, EndMs = null }), out _, out _));

    [Fact]
    public void A_node_state_comes_back_as_it_was_written()
    {
        Assert.True(WireBytes.TryRead<NodeState>(WireBytes.Of(Node), out var read, out var failure), failure.ToString());
        Assert.Equal(Node, read);
    }

    [Fact]
    public void A_node_state_of_a_name_that_is_none_is_refused() =>
        Assert.False(WireBytes.TryRead<NodeState>(WireBytes.Of(Node with { Node = new NodeKey("alpha", "../n1") }), out _, out _));

    [Fact]
    public void Torn_records_are_refused_wherever_they_are_torn()
    {
        byte[] job = WireBytes.Of(Full), node = WireBytes.Of(Node);
        for (var n = 0; n < job.Length; n++)
            Assert.False(WireBytes.TryRead<JobEvent>(job.AsSpan(0, n), out _, out _));
        for (var n = 0; n < node.Length; n++)
            Assert.False(WireBytes.TryRead<NodeState>(node.AsSpan(0, n), out _, out _));
    }

    /// <summary>They are stored: a change of one would turn old records into something else.</summary>
    [Fact]
    public void Stored_numbers_stay()
    {
        Assert.Equal("Hook=0 File=1 Accounting=2", Numbers<JobEventSource>());
        Assert.Equal(
            "Unknown=0 Running=1 Completed=2 Failed=3 Cancelled=4 TimedOut=5 NodeFailed=6 OutOfMemory=7 Preempted=8 Requeued=9 BootFailed=10 PastDeadline=11 Resized=12 Suspended=13 Lost=14 NeverRan=15",
            Numbers<JobState>());
        Assert.Equal("None=0 Down=1 Drained=2 Maintenance=4 Rebooting=8 PoweredDown=16 NotResponding=32 Absent=64", Numbers<NodeConditions>());
    }

    private static string Numbers<T>()
        where T : struct, Enum => string.Join(' ', Enum.GetValues<T>().Select(v => $"{v}={Convert.ToInt32(v)}"));
}
