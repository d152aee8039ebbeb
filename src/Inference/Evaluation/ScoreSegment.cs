namespace Tocsin.Inference.Evaluation;

/// <summary>What a score file says, column by column; all arrays have one entry a frame, in strictly increasing time.</summary>
public sealed class ScoreSegment
{
    public required string Node { get; init; }

    public required string Job { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long[] TimesMs { get; init; }

    /// <summary>Higher is stranger; NaN = not scored.</summary>
    public required double[] Scores { get; init; }

    /// <summary>NaN = none known at that frame.</summary>
    public required double[] Thresholds { get; init; }

    public required bool[] Alarms { get; init; }

    /// <summary>1 = fault, 0 = normal, -1 = unknown.</summary>
    public required sbyte[] Labels { get; init; }

    /// <summary>Scores of other methods from the same run, by column name; NaN = not scored.</summary>
    public required IReadOnlyList<ScoreColumn> Extra { get; init; }

    public int Frames => TimesMs.Length;
}

public sealed record ScoreColumn(string Name, double[] Values);
