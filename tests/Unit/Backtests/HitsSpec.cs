using Tocsin.Daemon.Backtests;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Backtests;

public sealed class HitsSpec
{
    private const long Minute = 60_000, Hour = 60 * Minute, Day = 24 * Hour;

    [Theory]
    [InlineData(0, 2.9957)]
    [InlineData(1, 4.7439)]
    [InlineData(2, 6.2958)]
    [InlineData(10, 16.9622)]
    [InlineData(100, 118.0792)]
    [InlineData(10_000, 10_166.2)]
    public void So_large_a_mean_would_give_so_few_in_one_case_of_twenty(long count, double expected) =>
        // Half the 95 % quantile of chi-square with 2(n + 1) degrees, by scipy.stats.chi2.ppf.
        Assert.Equal(expected, PoissonBound.Upper95(count), expected * 1e-4);

    [Fact]
    public void An_alert_before_the_scheduler_noticed_is_a_hit_with_its_lead()
    {
        var hits = Hits.Of([Alert(1, "a", 10 * Hour, 20 * Hour)], [Down("a", 13 * Hour)], Day, 100);
        Assert.Equal((1, 3 * Hour), (hits.Found, hits.Outcomes[0].LeadMs));
        Assert.Empty(hits.False);
    }

    [Fact]
    public void Too_early_counts_only_where_it_was_still_open()
    {
        var closed = Hits.Of([Alert(1, "a", 1 * Hour, 2 * Hour)], [Down("a", 40 * Hour)], Day, 100);
        Assert.Equal((0, 1), (closed.Found, closed.False.Count));
        var open = Hits.Of([Alert(1, "a", 1 * Hour, 41 * Hour)], [Down("a", 40 * Hour)], Day, 100);
        Assert.Equal((1, 0), (open.Found, open.False.Count));
    }

    [Fact]
    public void Another_node_s_alert_counts_for_nothing()
    {
        var hits = Hits.Of([Alert(1, "b", 10 * Hour, 20 * Hour)], [Down("a", 13 * Hour)], Day, 100);
        Assert.Equal((0, 1), (hits.Found, hits.False.Count));
    }

    [Fact]
    public void What_was_injected_while_an_alert_was_open_is_neither_found_nor_missed()
    {
        Incident[] injected = [Incident.Of(new FaultEvent("leak", "", Hour, Hour + Minute, [])), Incident.Of(new FaultEvent("storm", "", Hour + (10 * Minute), Hour + (11 * Minute), []))];
        var hits = Hits.Of([Alert(1, "a", Hour + 5000, Hour + (20 * Minute))], injected, Day, 100);
        Assert.Equal((1, 1), (hits.Found, hits.Under));
        Assert.Equal([(-5000L, false), (null, true)], hits.Outcomes.Select(o => ((long?)o.LeadMs, o.Under)));
    }

    [Fact]
    public void What_merged_into_another_is_told_as_that()
    {
        var merged = Alert(1, "a", Hour, 2 * Hour) with { Reason = ClearReason.Merged };
        Assert.Empty(Hits.Of([merged], [], Day, 100).False);
    }

    [Fact]
    public void Alerts_at_random_hit_as_their_rate_and_the_windows_say()
    {
        // Two alerts in 1,000 node-hours, one incident with a window of a day and a minute: 1 - exp(-0.002 x 24.017).
        var hits = Hits.Of([Alert(1, "a", Hour, 2 * Hour), Alert(2, "b", Hour, 2 * Hour)], [Down("c", 900 * Hour)], Day, 1000);
        Assert.Equal(1 - Math.Exp(-0.002 * (24 + (1 / 60.0))), hits.ByChance, 1e-9);
    }

    [Fact]
    public void Slurm_s_events_are_read_those_of_bad_states_alone()
    {
        var incidents = NodeEventTable.Read(
        [
            "NodeName|TimeStart|TimeEnd|State|Reason", "|1795250000|Unknown||Cluster Registered TRES", "cn[01-02]|1795250435|1795250486|DOWN*|Not responding",
            "cn03|2026-11-21T10:00:00|Unknown|DRAIN|fan <b>", "cn04|1795250435|1795250486|PLANNED|",
        ], "events");
        Assert.Equal(2, incidents.Count);
        Assert.Equal(("cn01 cn02", 1_795_250_435_000, (long?)1_795_250_486_000, "DOWN*: Not responding"), (string.Join(' ', incidents[0].Nodes), incidents[0].StartMs, incidents[0].EndMs, incidents[0].What));
        Assert.Null(incidents[1].EndMs);
    }

    [Theory]
    [InlineData("cn01|soon|Unknown|DOWN|")]
    [InlineData("cn01|1795250435")]
    [InlineData("cn[01|1795250435|Unknown|DOWN|")]
    public void A_line_that_is_none_is_named(string line)
    {
        var failure = Assert.Throws<BadDataException>(() => NodeEventTable.Read(["NodeName|TimeStart|TimeEnd|State|Reason", line], "events.txt"));
        Assert.Contains("events.txt:2", failure.Message);
    }

    private static Incident Down(string node, long atMs) => new([node], atMs, null, "DOWN", Injected: false);

    private static Alert Alert(long number, string node, long raisedMs, long clearedMs) => new()
    {
        Id = new AlertId("c", number),
        Revision = 1,
        Labels = new AlertLabels("TocsinNodeFault", "c", node, null, null, null, FaultKind.Memory),
        Cause = AlertCause.Node,
        Kind = FaultKind.Memory,
        Severity = Severity.Warning,
        SinceMs = raisedMs,
        RaisedMs = raisedMs,
        UpdatedMs = raisedMs,
        ClearedMs = clearedMs,
        Reason = ClearReason.Over,
        Nodes = [node],
        NodeCount = 1,
        OutOf = 1,
        Summary = "",
        Evidence = "",
    };
}
