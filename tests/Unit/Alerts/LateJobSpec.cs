using Tocsin.Actors.Alerts.Book;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

/// <summary>Found before the accounting told of the job, and the job is known a moment later: whose it is is decided by what is known then.</summary>
public sealed class LateJobSpec
{
    private readonly Scene _scene = new();

    [Fact]
    public void A_node_that_showed_it_before_the_job_was_known_counts_among_the_jobs_nodes()
    {
        _scene.Watch(Scene.Names(4));
        _scene.Show(_scene.Finding("cn0004")).Pass(2);
        Learn();
        _scene.Show([.. Scene.Names(3).Select(n => _scene.Finding(n, "7", 4))]).Pass(120);
        var alert = Assert.Single(_scene.Open);
        Assert.Equal((AlertCause.Job, 4, 4, "7"), (alert.Cause, alert.NodeCount, alert.OutOf, alert.Job!.Value.JobId));
        Assert.Equal(Scene.Names(4), alert.Nodes);
        Assert.StartsWith("job 7: 4 of 4 nodes", alert.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alert_that_was_raised_of_the_node_becomes_the_jobs_and_stays_one()
    {
        _scene.Watch(Scene.Names(4));
        _scene.Show(_scene.Finding("cn0004")).Pass(60);
        var first = Assert.Single(_scene.ToldOf<AlertRaised>()).Alert;
        Learn();
        _scene.Show([.. Scene.Names(3).Select(n => _scene.Finding(n, "7", 4))]).Pass(120);
        Assert.Single(_scene.ToldOf<AlertRaised>());
        var alert = Assert.Single(_scene.Open);
        Assert.Equal((first.Id, AlertCause.Job, 4, 4), (alert.Id, alert.Cause, alert.NodeCount, alert.OutOf));
    }

    [Fact]
    public void What_is_older_than_the_job_stays_the_nodes_own()
    {
        _scene.Watch(Scene.Names(4));
        _scene.Show(_scene.Finding("cn0004") with { SinceMs = Scene.Job("7").StartMs - 1 }).Pass(2);
        Learn();
        _scene.Show([.. Scene.Names(3).Select(n => _scene.Finding(n, "7", 4))]).Pass(120);
        Assert.Equal(["cn0001,cn0002,cn0003", "cn0004"], _scene.Open.Select(a => string.Join(',', a.Nodes)).Order());
    }

    [Fact]
    public void Of_two_jobs_on_the_node_nobody_knows_which()
    {
        _scene.Book.Observe(new NodeStatus(Scene.Node("cn0001"), NodePresence.Fresh, NodeMute.None, [Scene.Job("7"), Scene.Job("8")], null, true, _scene.NowMs));
        _scene.Show(_scene.Finding("cn0001")).Pass(60);
        Assert.Null(Assert.Single(_scene.Open).Job);
    }

    [Fact]
    public void A_silent_node_is_its_own_whatever_runs_on_it()
    {
        var rows = (FindingRow[])[new(_scene.Finding("cn0001", source: FindingSource.Silence), 0, null, 0, 0)];
        Learn();
        Assert.Equal<(JobKey?, int)>((null, 0), new JobsOfNodes(_scene.Book.State).Of(Scene.Node("cn0001"), rows));
    }

    private void Learn() => _scene.Watch(Scene.Names(4), "7");
}
