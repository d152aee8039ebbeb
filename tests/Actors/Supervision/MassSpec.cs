using Tocsin.Actors.Alerts;
using Tocsin.Actors.Alerts.Shard;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.ActorTests.Supervision;

/// <summary>A mass anomaly from the findings of nodes to the supervisor: the shard of alerts raises one alert for each sink, and nothing is done until it is over.</summary>
public sealed class MassSpec
{
    private const long Start = Site.Start;
    private const int Nodes = 300, Ill = 12;

    private readonly AlertShard _alerts = new("c", new AlertOptions(), ["page", "supervisor"], _ => { });
    private readonly Site _site = new();
    private readonly List<AlertEvent> _told = [];
    private readonly List<NewOutboxEntry> _outbox = [];
    private long _offset, _now = Start;

    [Fact]
    public void One_alert_of_the_site_is_raised_and_told_nothing_is_done_meanwhile_and_it_resolves()
    {
        _alerts.Load(new Acquired(1, 0, 0, [], new Dictionary<string, byte[]>(), new Dictionary<string, long>()));
        for (var i = 0; i < Nodes; i++)
            Say(FindingRecord.Of(new NodeStatus(Key(i), NodePresence.Fresh, NodeMute.None, [], $"leaf{i / 30}", true, _now)));
        Pass(10);
        for (var i = 0; i < Ill; i++)
            Say(FindingRecord.Of(Finding(i, active: true)));
        Pass(120);
        var raised = Assert.Single(_told.OfType<AlertRaised>()).Alert;
        Assert.Equal((AlertCause.Shared, Ill, Nodes), (raised.Cause, raised.NodeCount, raised.OutOf));
        Assert.Equal(["page", "supervisor"], _outbox.Where(e => e.Revision == 1).Select(e => e.Sink).Order());

        // The job's owner asks for a checkpoint: not even that.
        Assert.Contains($"alert {raised.Id} of the whole site is open", Asks().Says);
        // It is no longer new, and lasts.
        Pass(1800);
        Assert.Contains($"alert {raised.Id} of the whole site is open", Asks().Says);
        Assert.Empty(_site.Stopped);
        Assert.Empty(_site.View.Actions);

        for (var i = 0; i < Ill - 4; i++)
            Say(FindingRecord.Of(Finding(i, active: false)));
        Pass(400);
        var cleared = Assert.Single(_told.OfType<AlertCleared>(), c => c.Alert.Id == raised.Id);
        Assert.Equal(ClearReason.Over, cleared.Alert.Reason);
        Assert.Equal(202, Asks().Status);
    }

    private Tocsin.Actors.Supervision.ControlAnswer Asks()
    {
        _site.Picture(Site.Job, _now, Start - 60_000);
        _site.Turn(_now);
        return _site.Hear(new JobSaid(JobWord.Ask, Site.Job, 0, false, 0, null), _now);
    }

    private void Say(NewFinding said) => _alerts.Apply(new LogRecord(_offset++, _now, [], 1, said.Payload.Span));

    private void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i += 5)
        {
            _now += 5000;
            if (_alerts.Draft(new ShardMoment(new TopicPartition(LogTopics.Findings, 0), 1, _offset, _now, CaughtUp: true, Whole: false)) is not { } draft)
                continue;
            _outbox.AddRange(draft.Outbox);
            foreach (var entry in draft.Outbox.Where(e => e.Sink == "supervisor"))
            {
                Assert.True(WireBytes.TryRead<AlertEvent>(entry.Payload.Span, out var happened, out var failure), failure.ToString());
                _told.Add(happened);
                _site.Say(happened, _now);
            }
            _alerts.Committed();
        }
        _site.Turn(_now);
    }

    private Finding Finding(int node, bool active) => new()
    {
        Node = Key(node * 20),
        Source = FindingSource.Model,
        Kind = FaultKind.Memory,
        SinceMs = Start + 10_000,
        AtMs = _now,
        Active = active,
        Score = 6,
        Threshold = 4,
    };

    private static NodeKey Key(int node) => new("c", $"n{node:D3}");
}
