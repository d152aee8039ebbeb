using Tocsin.Inference.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Unit.Patterns;

/// <summary>Every segment left out once: everything is learned again without it, then its heads are matched.</summary>
public sealed class RecordedMatchingSpec(ITestOutputHelper output)
{
    [Fact]
    public void On_the_test_bed_heads_find_their_kind_of_job()
    {
        if (SharedData.Find("data/testbed-a", output) is not { } folder)
            return;
        var samples = Load(folder, new DataOptions(), until: "1795253095");
        var jobs = PatternLearner.Learn(samples, new PatternOptions()).Patterns.Where(p => !p.Idle).ToList();
        var purity = jobs.Sum(p => p.Members.GroupBy(i => samples[i].JobName).Max(g => g.Count())) / (double)jobs.Sum(p => p.Members.Length);
        output.WriteLine($"{jobs.Count} patterns of jobs, purity {purity:F2}");
        Assert.InRange(purity, 0.85, 1);
        foreach (var share in LeaveOneOut(samples))
        {
            Assert.True(share.Named >= 0.8 && share.Unnamed >= 0.8, $"{share}");
            Assert.True(Math.Abs(share.Confidence - share.Unnamed) < 0.12, $"confidence is not what comes true: {share}");
        }
    }

    [Fact]
    public void On_the_published_sample_every_repeated_job_is_found_from_any_head()
    {
        if (SharedData.Find("data/nodesentry", output) is not { } folder)
            return;
        var samples = Load(folder, new DataOptions { Part = "Train" }, until: null);
        foreach (var share in LeaveOneOut(samples))
            Assert.True(share.Unnamed == 1, $"{share}");
    }

    /// <param name="Head">0 = the whole segment.</param>
    /// <param name="Unnamed">Share of segments whose nearest pattern is mostly of their own job's name, by metrics alone.</param>
    /// <param name="Named">The same, the job's name told.</param>
    /// <param name="Confidence">Mean of the matched ones, by metrics alone.</param>
    private sealed record Share(int Head, double Unnamed, double Named, double Confidence);

    private List<Share> LeaveOneOut(List<PatternSample> samples)
    {
        var options = new PatternOptions { JobNameWeight = 1 };
        var alone = samples.Where(s => !s.Idle && samples.Count(o => o.JobName == s.JobName) == 1).ToList();
        output.WriteLine(alone.Count == 0 ? "no job ran once only" : $"ran once only, excluded: {string.Join(", ", alone.Select(s => s.Id))}");
        var tallies = new SortedDictionary<int, (int All, int Unnamed, int Named, int Matched, double Confidence)>();
        foreach (var left in samples.Where(s => !s.Idle && s.Frames >= options.HeadLengths[0] && !alone.Contains(s)))
        {
            var rest = samples.Where(s => s != left).ToList();
            var set = PatternLearner.Learn(rest, options);
            foreach (var head in options.HeadLengths.Append(0).Where(h => h <= left.Frames))
            {
                var (unnamed, named) = (Match(null), Match(left.JobName));
                var tally = tallies.GetValueOrDefault(head);
                tallies[head] = (
                    tally.All + 1, tally.Unnamed + Right(unnamed), tally.Named + Right(named),
                    tally.Matched + (unnamed.Matched ? 1 : 0), tally.Confidence + unnamed.Confidence);

                SegmentMatch Match(string? name) => head == 0
                    ? set.MatchWhole(left.Values, left.Frames, idle: false, name)
                    : set.Match(left.Values, head, idle: false, name);
            }

            int Right(SegmentMatch match) =>
                set.Patterns[match.Nearest].Members.GroupBy(i => rest[i].JobName).MaxBy(g => g.Count())!.Key == left.JobName ? 1 : 0;
        }
        foreach (var (head, t) in tallies)
        {
            output.WriteLine(
                $"{(head == 0 ? "whole" : head),6}: {t.All} segments, nearest is of the own job {t.Unnamed}, told its name {t.Named}, within the radius {t.Matched}, mean confidence of these {t.Confidence / Math.Max(1, t.Matched):F2}");
        }
        return [.. tallies.Select(t => new Share(t.Key, t.Value.Unnamed / (double)t.Value.All, t.Value.Named / (double)t.Value.All, t.Value.Confidence / Math.Max(1, t.Value.Matched)))];
    }

    private static List<PatternSample> Load(string folder, DataOptions options, string? until)
    {
        var range = until is not null && TimePoint.TryParse(until, out var end) ? new TimeRange(null, end) : default;
        var segments = DataFolder.Open(folder, options).Segments(range).Select(s => GapFilling.Interpolate(s, 10 * s.CadenceMs)).ToList();
        var plan = PreparationFitter.Fit(segments, new PreparationOptions());
        return [.. segments.Select(s => PatternSample.Of(PreparedSegment.From(s, plan)))];
    }
}
