namespace Tocsin.Inference.Evaluation;

/// <summary>What is counted and how. The defaults are how the project states its figures.</summary>
public sealed record EvalOptions
{
    /// <summary>Frames less than this after a segment's start belong to neither job and are left out.</summary>
    public TimeSpan MarginStart { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Frames less than this before a segment's end.</summary>
    public TimeSpan MarginEnd { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>An episode that starts up to this long after an event's end still finds it.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Calm = further than this from every event of the node, before and after.</summary>
    public TimeSpan CalmDistance { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Alarmed frames with at most this many quiet ones between them are one episode.</summary>
    public int MergeGap { get; init; } = 5;

    /// <summary>An event counts when at least this many of its frames lie outside the margins; frames closer than half a cadence are one.</summary>
    public int MinEventFrames { get; init; } = 3;

    /// <summary>The spacing of frames; null = each node's median.</summary>
    public TimeSpan? Cadence { get; init; }

    /// <summary>Frames a block of the bootstrap: far longer than scores remember, and longer than most events.</summary>
    public int BlockFrames { get; init; } = 60;

    /// <summary>Resamplings; 0 = no intervals.</summary>
    public int Bootstrap { get; init; } = 1000;

    /// <summary>Random references are means over so many draws.</summary>
    public int RandomDraws { get; init; } = 100;

    public int Seed { get; init; } = 1;
}
