using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Unit.Alerts;

public sealed class AlertWireSpec
{
    [Fact]
    public void Events_come_back_as_they_were()
    {
        foreach (var happened in new AlertEvent[] { Told.Raised(1), Told.Updated(1, 2), Told.Cleared(1, 3), new AlertCleared(Told.Alert(9) with { MergedInto = new AlertId("c1", 4), Job = null, ClearedMs = 7, Reason = ClearReason.Merged }) })
        {
            var again = Scene.Again(happened);
            Assert.Equal(happened.GetType(), again.GetType());
            Assert.Equal((happened as AlertUpdated)?.Why, (again as AlertUpdated)?.Why);
            Assert.Equal(happened.Alert with { Nodes = [], Top = [] }, again.Alert with { Nodes = [], Top = [] });
            Assert.Equal(happened.Alert.Nodes, again.Alert.Nodes);
            Assert.Equal(happened.Alert.Top, again.Alert.Top);
        }
    }

    [Fact]
    public void A_finding_comes_back_as_it_was_with_and_without_what_is_optional()
    {
        var full = new Scene().Finding("a", "7", 4, source: FindingSource.Rule, rule: "ecc") with { AtLeast = Severity.Critical, HoldMs = 0, Active = false, SegmentStartMs = 3, Top = [Scene.Memory with { Device = "gpu 3", Expected = double.NaN }] };
        foreach (var finding in new[] { full, full with { AtLeast = null, HoldMs = null, Job = null, Top = [] } })
        {
            var again = Scene.Again(finding);
            Assert.Equal(finding with { Top = [] }, again with { Top = [] });
            Assert.Equal(finding.Top, again.Top);
        }
    }

    [Fact]
    public void An_unknown_kind_is_refused_and_not_guessed()
    {
        var bytes = WireBytes.Of(Told.Alert(1).Labels);
        bytes[^1] = 99;
        Assert.False(WireBytes.TryRead<AlertLabels>(bytes, out _, out var failure));
        Assert.Equal(WireFault.OutOfRange, failure.Fault);
    }

    [Fact]
    public void Changed_or_cut_bytes_are_a_value_or_a_failure()
    {
        var random = new Random(11);
        var seeds = new[] { WireBytes.Of<AlertEvent>(Told.Cleared(1, 3)), WireBytes.Of(new Scene().Finding("a", "7")) };
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = seeds[i % 2].ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var cut = bytes.AsSpan(0, random.Next(bytes.Length + 1));
            _ = i % 2 == 0 ? WireBytes.TryRead<AlertEvent>(cut, out _, out _) : WireBytes.TryRead<Finding>(cut, out _, out _);
        }
    }

    [Fact]
    public void Stored_numbers_never_change()
    {
        Assert.Equal("Unknown=0,Cpu=1,Memory=2,Disk=3,Filesystem=4,Network=5,Fabric=6,Gpu=7,Thermal=8,Power=9,Hang=10,Unreachable=11,Service=12", Numbers<FaultKind>());
        Assert.Equal("Model=0,Peer=1,Rule=2,Silence=3,Scheduler=4,SourceAway=5", Numbers<FindingSource>());
        Assert.Equal("Unknown=0,Node=1,Job=2,Shared=3", Numbers<AlertCause>());
        Assert.Equal("Fault=0,Expected=1,False=2", Numbers<VerdictWord>());
        Assert.Equal("Node=0,Pattern=1,Metric=2,Site=3", Numbers<VerdictScope>());
        Assert.Equal("Over=0,Merged=1,Muted=2,Gone=3", Numbers<ClearReason>());
        Assert.Equal("Fault=0,Silence=1,Down=2,Away=3", Numbers<Tocsin.Actors.Alerts.Book.FindingClass>());
        Assert.Equal("Node=0,Job=1,Switch=2,Site=3", Numbers<Tocsin.Actors.Alerts.Book.CauseScope>());
    }

    private static string Numbers<T>() where T : struct, Enum => string.Join(',', Enum.GetValues<T>().Select(v => $"{v}={Convert.ToInt32(v)}"));
}
