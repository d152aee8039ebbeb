namespace Tocsin.Shared.Flow;

/// <summary>A recording of nodes and their jobs, read as a stream of segments.</summary>
public interface IRecording
{
    /// <summary>For messages and for the library's record of its data: the folder's name and layout, never a full path.</summary>
    string Description { get; }

    /// <summary>What was left out while reading, filled as <see cref="Segments"/> is enumerated.</summary>
    Rejections Rejections { get; }

    /// <summary>True where labels say what is a fault and what is not.</summary>
    bool HasTruth { get; }

    /// <summary>Injected or known faults, empty where unknown.</summary>
    IReadOnlyList<FaultEvent> Faults { get; }

    IReadOnlyList<JobRun> Jobs { get; }

    /// <summary>First and last frame's time, unix milliseconds.</summary>
    (long FirstMs, long LastMs) Span { get; }

    /// <summary>Segments in the order in which they close; each is handed out once, nothing before it is kept.</summary>
    /// <exception cref="BadDataException">The data cannot be used.</exception>
    IEnumerable<Segment> Segments(TimeRange range);
}

/// <param name="Nodes">Empty = every node.</param>
public sealed record FaultEvent(string Fault, string JobName, long StartMs, long EndMs, IReadOnlyList<string> Nodes)
{
    public bool Covers(string node, long timeMs) =>
        timeMs >= StartMs && timeMs < EndMs && (Nodes.Count == 0 || Nodes.Contains(node));
}
