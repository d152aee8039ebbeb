using System.Text.Json;
using Tocsin.Actors.Sinks.Streams;
using Tocsin.Daemon.Http;
using Tocsin.Daemon.Http.Routes;

namespace Tocsin.Daemon.Serve.Live;

internal sealed record TopicsJson(IReadOnlyList<LiveTopic> What);

/// <summary>What one who looks has not been told of yet. It keeps a version of the nodes and a number a topic, nothing else: however slow its client is, nothing grows.
/// What changed meanwhile is told at once, each node as it is now; where that is too much, the client is told to ask.</summary>
/// <param name="since">What the client has of the nodes; 0: nothing.</param>
internal sealed class LiveChanges(NodeDirectory nodes, NodesAsOf asOf, LiveTopics topics, long since) : IBesideAlerts
{
    /// <summary>Nodes in one event.</summary>
    public const int Most = 2000;

    private readonly long[] _told = [.. LiveTopics.All.Select(topics.Of)];
    private long _version = since;
    private bool _asked = since > 0;

    /// <summary>A change is on the page within it; many changes of one node within it are one.</summary>
    public TimeSpan Pace { get; } = TimeSpan.FromSeconds(0.5);

    public IEnumerable<StreamEvent> Next()
    {
        if (!_asked || nodes.Version != _version)
        {
            _asked = true;
            var changes = nodes.Since(_version);
            _version = changes.Version;
            yield return changes.All || changes.Nodes.Count > Most ? new StreamEvent(0, "ask", "{}"u8.ToArray()) : Said("nodes", asOf.Tell(changes, nodes.Count));
        }
        var changed = LiveTopics.All.Where(t => topics.Of(t) != _told[(int)t]).ToArray();
        if (changed.Length == 0)
            yield break;
        foreach (var topic in changed)
            _told[(int)topic] = topics.Of(topic);
        yield return Said("changed", new TopicsJson(changed));
    }

    private static StreamEvent Said<T>(string name, T what) => new(0, name, JsonSerializer.SerializeToUtf8Bytes(what, ApiJson.Options));
}
