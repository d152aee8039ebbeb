using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Pictures;

/// <summary>What a <see cref="ScorePicture"/> shows.</summary>
/// <param name="Title">Names in here are hostile text; they are cleaned when drawn.</param>
internal sealed record ScorePictureData(string Title, IReadOnlyList<NodeScores> Nodes)
{
    public TimeLabels Times { get; init; } = TimeLabels.Relative;

    /// <summary>Beside the y axis.</summary>
    public string ScoreLabel { get; init; } = "score";

    /// <summary>An alarm that starts within a fault or up to this long after its end belongs to it.</summary>
    public long GraceMs { get; init; } = 5_000;
}

/// <summary>One node's scores in time order; the four arrays are of one length.</summary>
internal sealed class NodeScores
{
    public required string Node { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long[] TimesMs { get; init; }

    /// <summary>NaN = not scored: the line breaks.</summary>
    public required float[] Scores { get; init; }

    /// <summary>NaN = none known.</summary>
    public required float[] Thresholds { get; init; }

    public required bool[] Alarms { get; init; }

    public IReadOnlyList<JobBand> Jobs { get; init; } = [];

    /// <summary>Null where the truth is unknown: no alarm is then called false.</summary>
    public IReadOnlyList<FaultSpan>? Faults { get; init; }

    /// <summary>Null: runs of <see cref="Alarms"/>, false where they start in no fault. Given where an evaluation has already decided both.</summary>
    public IReadOnlyList<AlarmEpisode>? Episodes { get; init; }

    public static NodeScores Of(string node, IReadOnlyList<NodeScore> scores, IEnumerable<JobRun> jobs, IReadOnlyList<FaultSpan>? faults) => new()
    {
        Node = node,
        TimesMs = [.. scores.Select(s => s.TimeMs)],
        Scores = [.. scores.Select(s => s.Score)],
        Thresholds = [.. scores.Select(s => s.Threshold)],
        Alarms = [.. scores.Select(s => s.Alarm)],
        Jobs = [.. jobs.Where(j => j.RunsOn(node)).Select(j => new JobBand(j.JobName, j.StartMs, j.EndMs ?? (scores.Count > 0 ? scores[^1].TimeMs : j.StartMs)))],
        Faults = faults,
    };

    /// <summary>The usual distance between two frames: the median of the positive ones, 1 s where there are none.</summary>
    public long CadenceMs()
    {
        var steps = new List<long>();
        for (var i = 1; i < TimesMs.Length; i++)
        {
            if (TimesMs[i] > TimesMs[i - 1])
                steps.Add(TimesMs[i] - TimesMs[i - 1]);
        }
        steps.Sort();
        return steps.Count > 0 ? steps[steps.Count / 2] : 1000;
    }
}

/// <param name="EndMs">Exclusive.</param>
internal readonly record struct JobBand(string Name, long StartMs, long EndMs);

/// <param name="EndMs">Exclusive.</param>
/// <param name="Found">An alarm started in it.</param>
/// <param name="Counted">False: shown, but in no count, since too little of it could be judged.</param>
internal readonly record struct FaultSpan(string Kind, long StartMs, long EndMs, bool Found, bool Counted = true);
