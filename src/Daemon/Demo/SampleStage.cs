using Tocsin.Daemon.Commands;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Demo;

/// <summary>The stage made of the sample recording: four nodes alone, each at another place of the part that was not learned from, and four that run
/// every job of it together.</summary>
internal static class SampleStage
{
    /// <summary>The program that is left out of what is learned, so that its runs are jobs of a kind that nobody has seen.</summary>
    public const string NewKind = "hpcc_like";

    /// <summary>Longer than what the frames bridge, shorter than what makes a node stale.</summary>
    private const long GapMs = 12_000;

    /// <summary>A calm run of <see cref="NewKind"/> in the first part.</summary>
    private const string NewKindJob = "13";

    /// <summary>Jobs of the second part before which the other tracks begin; they play what lies before it after its end.</summary>
    private static readonly string[] Begins = ["40", "44", "47"];

    private const string TogetherBegins = "42";

    public static Stage Of(IRecording recording)
    {
        var jobs = recording.Jobs.ToDictionary(j => j.JobId, StringComparer.Ordinal);
        var (first, last) = (DemoSample.SplitMs, recording.Span.LastMs + 1);
        var unknown = Job(NewKindJob);
        var tracks = new List<Track> { new(["n001"], Stage.Lay(GapMs, (first, last))) };
        for (var i = 0; i < Begins.Length; i++)
        {
            var begin = Job(Begins[i]).StartMs;
            tracks.Add(new Track([$"n{i + 2:000}"], i == 0
                ? Stage.Lay(GapMs, (unknown.StartMs, unknown.EndMs!.Value), (begin, last), (first, begin))
                : Stage.Lay(GapMs, (begin, last), (first, begin))));
        }
        var together = Job(TogetherBegins).StartMs;
        tracks.Add(new Track(["n005", "n006", "n007", "n008"], Stage.Lay(GapMs, (together, last), (first, together))));
        // All end together, so that at the end no node is silent while others go on.
        var length = tracks.Max(t => t.Clips[^1].EndMs);
        return Stage.Of([.. tracks.Select(t => t with { Clips = [.. t.Clips.Select(c => c with { AtMs = c.AtMs + length - t.Clips[^1].EndMs })] })], recording.Jobs, recording.Faults);

        JobRun Job(string id) => jobs.TryGetValue(id, out var job) ? job : throw new BadDataException($"the sample recording has no job {id}: restore samples/testbed");
    }
}
