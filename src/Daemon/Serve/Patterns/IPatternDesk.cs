using Tocsin.Actors.Learning;
using Tocsin.Inference.Preparation;
using Tocsin.Shared;

namespace Tocsin.Daemon.Serve.Patterns;

/// <summary>What one metric usually does at the start of a pattern's segments, in its own unit; one value a frame.</summary>
/// <param name="With">Other metrics of its group: they move together.</param>
/// <param name="Low">The mean less the deviation among the segments.</param>
internal sealed record ShapeCurve(MetricPlan Metric, IReadOnlyList<string> With, float[] Mean, float[] Low, float[] High);

/// <param name="Measured">The shape is that of kept segments; else there is none, and it is the level that training found.</param>
/// <param name="Members">Kept segments that match it, the newest first.</param>
/// <param name="MembersInAll">Of which <paramref name="Members"/> are the newest.</param>
internal sealed record PatternLook(long Version, bool Measured, int MembersInAll, IReadOnlyList<KeptSegment> Members, IReadOnlyList<ShapeCurve> Shape);

/// <summary>What there is of a pattern, and what operators say of its segments. Any thread; a change makes a new version, which takes as long as a training of one segment does.</summary>
internal interface IPatternDesk
{
    /// <summary>Of <see cref="LookAsync"/>: the kept segments that are like no pattern.</summary>
    const int Strangers = -1;

    /// <returns>Null: the active version has no such pattern.</returns>
    Task<PatternLook?> LookAsync(int pattern, CancellationToken stop);

    /// <summary>A kept segment is counted to a pattern from now on, and what is like it.</summary>
    Task<DeskAnswer> MoveAsync(NodeKey node, long startMs, int into, string who, CancellationToken stop);

    /// <summary>Two patterns are one from now on.</summary>
    Task<DeskAnswer> JoinAsync(int from, int into, string who, CancellationToken stop);
}
