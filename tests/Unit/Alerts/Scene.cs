using Tocsin.Actors.Alerts;
using Tocsin.Actors.Alerts.Book;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Unit.Alerts;

/// <summary>A book with a clock that a test turns, in seconds from 2026-11-21 14:02:00 UTC.</summary>
internal sealed class Scene(AlertOptions? options = null)
{
    public const long StartMs = 1_795_269_720_000;

    private readonly List<AlertEvent> _told = [];

    public AlertBook Book { get; private set; } = new("c1", new BookState(), options ?? new AlertOptions());

    public int Now { get; private set; }

    public long NowMs => StartMs + Now * 1000L;

    public IReadOnlyList<AlertEvent> Told => _told;

    public IEnumerable<Alert> Open => Book.Open;

    public static JobKey Job(string id) => new(id, StartMs - 3_600_000);

    public static NodeKey Node(string name) => new("c1", name);

    public static MetricEvidence Memory { get; } = new("memory_available_bytes", "bytes", 0.7f, 3.1 * (1L << 30), 41.0 * (1L << 30), 4.0 * (1L << 30), null);

    public Scene Watch(IEnumerable<string> nodes, string? job = null, string? at = null, NodeMute mute = NodeMute.None, NodePresence presence = NodePresence.Fresh)
    {
        foreach (var node in nodes)
            Book.Observe(new NodeStatus(Node(node), presence, mute, job is null ? [] : [Job(job)], at, true, NowMs));
        return this;
    }

    public Finding Finding(string node, string? job = null, int nodes = 1, FaultKind kind = FaultKind.Memory, float ratio = 1.5f, FindingSource source = FindingSource.Model, string rule = "") => new()
    {
        Node = Node(node),
        Source = source,
        Rule = rule,
        Kind = kind,
        Job = job is null ? null : Job(job),
        JobNodes = job is null ? 0 : nodes,
        SinceMs = NowMs,
        AtMs = NowMs,
        Score = ratio * 4,
        Threshold = 4,
        Top = [Memory],
        Says = source == FindingSource.Rule ? $"{rule} happened." : "",
    };

    public Scene Show(params Finding[] findings)
    {
        foreach (var finding in findings)
            Assert.True(Book.Observe(finding, NowMs));
        return this;
    }

    public Scene End(params Finding[] findings) => Show([.. findings.Select(f => f with { Active = false, AtMs = NowMs })]);

    /// <summary>Steps of 5 s, as a shard takes them; of 30 s over hours.</summary>
    public Scene Pass(int seconds, int step = 0)
    {
        for (var end = Now + seconds; Now < end;)
        {
            Now = Math.Min(end, Now + (step > 0 ? step : seconds >= 3600 ? 30 : 5));
            _told.AddRange(Book.Step(NowMs));
        }
        return this;
    }

    /// <summary>What a crash and a start make of it: the rows go on, as bytes, and nothing else does.</summary>
    public Scene Reload()
    {
        var state = new BookState { NextAlert = Book.State.NextAlert };
        foreach (var row in Book.State.Findings.Values.Reverse())
            state.Set(Again(row));
        foreach (var row in Book.State.Alerts.Values.Reverse())
            state.Set(Again(row));
        foreach (var row in Book.State.Flaps.Values)
            state.Set(Again(row));
        foreach (var row in Book.State.Nodes.Values.Reverse())
            state.Set(Again(row));
        foreach (var row in Book.State.Verdicts.Values)
            state.Set(Again(row));
        Book = new AlertBook("c1", state, options ?? new AlertOptions());
        return this;
    }

    public static T Again<T>(T value) where T : IWire<T>
    {
        Assert.True(WireBytes.TryRead<T>(WireBytes.Of(value), out var again, out var failure), $"{failure}");
        return again!;
    }

    public IEnumerable<T> ToldOf<T>() => _told.OfType<T>();

    public static IReadOnlyList<string> Names(int count, int from = 1) => [.. Enumerable.Range(from, count).Select(i => $"cn{i:D4}")];
}
