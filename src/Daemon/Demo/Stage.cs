using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Demo;

/// <summary>A stretch of the recording, played on a track.</summary>
/// <param name="FromMs">Recorded time, unix milliseconds.</param>
/// <param name="UntilMs">Recorded time at which it ends, exclusive.</param>
/// <param name="AtMs">Time on the stage, milliseconds since its begin, at which <paramref name="FromMs"/> is played.</param>
internal readonly record struct Clip(long FromMs, long UntilMs, long AtMs)
{
    public long EndMs => AtMs + UntilMs - FromMs;

    public long ToStage(long recordedMs) => recordedMs - FromMs + AtMs;

    public long ToRecorded(long stageMs) => stageMs - AtMs + FromMs;
}

/// <summary>Nodes that all play the same clips: one node alone, or the nodes of jobs that run on several.</summary>
internal sealed record Track(IReadOnlyList<string> Nodes, IReadOnlyList<Clip> Clips)
{
    /// <summary>The clip that is played at a time of the stage; null between two.</summary>
    public Clip? At(long stageMs) => Clips.FirstOrDefault(c => c.AtMs <= stageMs && stageMs < c.EndMs) is { UntilMs: > 0 } clip ? clip : null;
}

/// <summary>A run of a job on the stage; times in milliseconds since its begin.</summary>
internal sealed record StageJob(string JobId, string JobName, IReadOnlyList<string> Nodes, long StartMs, long EndMs);

/// <summary>A fault that was injected when the clip was recorded: the truth, which only the scoreboard reads.</summary>
internal sealed record StageFault(string Kind, IReadOnlyList<string> Nodes, StageJob? Job, long StartMs, long EndMs);

/// <summary>A small cluster made of one node's recording: which node plays what when, which jobs that makes and which faults lie in it. Pure.</summary>
internal sealed class Stage
{
    public const int FirstJobId = 5001;

    private Stage(IReadOnlyList<Track> tracks, IReadOnlyList<StageJob> jobs, IReadOnlyList<StageFault> faults)
    {
        (Tracks, Jobs, Faults) = (tracks, jobs, faults);
        LengthMs = tracks.Max(t => t.Clips[^1].EndMs);
    }

    public IReadOnlyList<Track> Tracks { get; }

    /// <summary>By start.</summary>
    public IReadOnlyList<StageJob> Jobs { get; }

    /// <summary>By start.</summary>
    public IReadOnlyList<StageFault> Faults { get; }

    public long LengthMs { get; }

    public IEnumerable<string> Nodes => Tracks.SelectMany(t => t.Nodes);

    /// <param name="runs">Of the recording; so are the faults.</param>
    public static Stage Of(IReadOnlyList<Track> tracks, IReadOnlyList<JobRun> runs, IReadOnlyList<FaultEvent> faults, int firstJobId = FirstJobId)
    {
        var played = new List<(StageJob Job, Track Track)>();
        foreach (var track in tracks)
        {
            foreach (var clip in track.Clips)
            {
                foreach (var run in runs)
                {
                    var (from, until) = (Math.Max(run.StartMs, clip.FromMs), Math.Min(run.EndMs ?? clip.UntilMs, clip.UntilMs));
                    if (from < until)
                        played.Add((new StageJob("", run.JobName, track.Nodes, clip.ToStage(from), clip.ToStage(until)), track));
                }
            }
        }
        var named = played.OrderBy(p => p.Job.StartMs).Select((p, i) => (Job: p.Job with { JobId = (firstJobId + i).ToString(System.Globalization.CultureInfo.InvariantCulture) }, p.Track)).ToArray();
        var truth = new List<StageFault>();
        foreach (var track in tracks)
        {
            foreach (var clip in track.Clips)
            {
                foreach (var fault in faults)
                {
                    var (from, until) = (Math.Max(fault.StartMs, clip.FromMs), Math.Min(fault.EndMs, clip.UntilMs));
                    if (from >= until)
                        continue;
                    var start = clip.ToStage(from);
                    var job = named.FirstOrDefault(n => n.Track == track && n.Job.StartMs <= start && start < n.Job.EndMs).Job;
                    truth.Add(new StageFault(fault.Fault, track.Nodes, job, start, clip.ToStage(until)));
                }
            }
        }
        return new Stage(tracks, [.. named.Select(n => n.Job)], [.. truth.OrderBy(f => f.StartMs)]);
    }

    /// <summary>Clips one after another, a gap after each: a counter that goes on from other values is a restart, not a rate.</summary>
    public static IReadOnlyList<Clip> Lay(long gapMs, params ReadOnlySpan<(long FromMs, long UntilMs)> stretches)
    {
        var clips = new List<Clip>();
        var at = 0L;
        foreach (var (from, until) in stretches)
        {
            clips.Add(new Clip(from, until, at));
            at += until - from + gapMs;
        }
        return clips;
    }
}
