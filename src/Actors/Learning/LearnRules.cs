namespace Tocsin.Actors.Learning;

/// <summary>When there is enough to learn from, and when what was learned is good enough.</summary>
public sealed record LearnRules
{
    /// <summary>Segments of one new kind, of so many nodes, that make a pattern.</summary>
    public int Segments { get; init; } = 3;

    public int Nodes { get; init; } = 3;

    /// <summary>New frames of a pattern after which it is tuned.</summary>
    public int TuneFrames { get; init; } = 20_000;

    /// <summary>The first library is made when so much time has been watched, or ...</summary>
    public TimeSpan FirstAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>... so many segments are there.</summary>
    public int FirstSegments { get; init; } = 200;

    /// <summary>Fewer segments than this make no first library, however long it takes.</summary>
    public int FewestForFirst { get; init; } = 10;

    /// <summary>Between two attempts.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Of the frames that one training uses, in memory; the newest segments are taken.</summary>
    public long MostBytes { get; init; } = 64 << 20;

    /// <summary>Jobs and nodes that must have matched a provisional pattern before it raises alarms.</summary>
    public int ConfirmJobs { get; init; } = 3;

    public int ConfirmNodes { get; init; } = 3;

    /// <summary>Share of held-out frames that a pattern or library may alarm.</summary>
    public double MostAlarmed { get; init; } = 0.05;

    /// <summary>Share of known segments that must still match the pattern that they matched.</summary>
    public double LeastSame { get; init; } = 0.95;
}
