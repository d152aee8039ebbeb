using System.Text;
using System.Text.Json.Nodes;
using Tocsin.Actors.Sinks.Streams;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Acting;
using Tocsin.Daemon.Serve.Live;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

public sealed class LiveChangesSpec
{
    private readonly NodeDirectory _nodes = new(10_000);
    private readonly NodesAsOf _asOf = new("hpc", TimeProvider.System, 7);
    private readonly FakeDesk _desk = new();

    [Fact]
    public void Who_comes_with_nothing_is_told_to_ask_and_then_of_changes_alone()
    {
        Publish("a", "b");
        var changes = Changes(0);
        Assert.Equal("ask", Assert.Single(changes.Next()).Name);
        Assert.Empty(changes.Next());
        Publish("b");
        var said = Json(Assert.Single(changes.Next()));
        Assert.Equal("b", Assert.Single(said["nodes"]!.AsArray())!["node"]!.GetValue<string>());
        Assert.Equal($"7.{_nodes.Version}", said["as_of"]!.GetValue<string>());
        Assert.Empty(changes.Next());
    }

    [Fact]
    public void Who_comes_with_a_version_is_told_what_changed_since()
    {
        Publish("a", "b");
        var known = _nodes.Version;
        Publish("a");
        Assert.Equal("a", Assert.Single(Json(Assert.Single(Changes(known).Next()))["nodes"]!.AsArray())!["node"]!.GetValue<string>());
    }

    [Fact]
    public void However_slow_a_client_is_it_is_told_of_each_node_once_as_it_is_now()
    {
        Publish("a");
        var changes = Changes(_nodes.Version);
        for (var i = 0; i < 1000; i++)
            _nodes.Publish(0, [NodeDirectorySpec.View("a") with { Score = i }]);
        Assert.Equal(999, Assert.Single(Json(Assert.Single(changes.Next()))["nodes"]!.AsArray())!["score"]!.GetValue<double>());
    }

    [Fact]
    public void Where_more_has_changed_than_one_event_holds_or_a_node_has_gone_the_client_is_told_to_ask()
    {
        Publish("a", "b");
        var changes = Changes(_nodes.Version);
        Publish([.. Enumerable.Range(0, LiveChanges.Most + 1).Select(i => $"n{i}")]);
        Assert.Equal("ask", Assert.Single(changes.Next()).Name);
        _nodes.Remove(0, new Shared.NodeKey("hpc", "a"));
        Assert.Equal("ask", Assert.Single(changes.Next()).Name);
        Assert.Empty(changes.Next());
    }

    [Fact]
    public void What_operators_and_learning_change_is_told_by_its_name()
    {
        var acted = new FakeActions();
        var topics = new LiveTopics(_desk, acted);
        Publish("a");
        var changes = new LiveChanges(_nodes, _asOf, topics, _nodes.Version);
        Assert.Empty(changes.Next());
        topics.Changed(LiveTopic.Labels);
        topics.Changed(LiveTopic.Labels);
        Assert.Equal("{\"what\":[\"labels\"]}", Encoding.UTF8.GetString(Assert.Single(changes.Next()).Data));
        _desk.Rows.Add(new Actors.Persistence.LibraryRow(9, "none", null));
        topics.Changed(LiveTopic.Verdicts);
        Assert.Equal("{\"what\":[\"library\",\"verdicts\"]}", Encoding.UTF8.GetString(Assert.Single(changes.Next()).Data));
        acted.Begin(new Shared.NodeKey("hpc", "a"), "7", ["a"], 1_000_000);
        Assert.Equal("{\"what\":[\"actions\"]}", Encoding.UTF8.GetString(Assert.Single(changes.Next()).Data));
        Assert.Empty(changes.Next());
    }

    private LiveChanges Changes(long since) => new(_nodes, _asOf, new LiveTopics(_desk, NoActions.One), since);

    private void Publish(params IReadOnlyList<string> names) => _nodes.Publish(0, [.. names.Select(n => NodeDirectorySpec.View(n))]);

    private static JsonNode Json(StreamEvent said)
    {
        Assert.Equal("nodes", said.Name);
        return JsonNode.Parse(said.Data)!;
    }
}
