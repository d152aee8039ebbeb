using Tocsin.Inference.Patterns;
using Tocsin.Shared;

namespace Tocsin.Unit.Patterns;

public sealed class PatternLearnerSpec
{
    private static readonly PatternOptions Options = new() { Threads = 2 };

    [Fact]
    public void Each_kind_of_process_becomes_one_pattern_whatever_its_length()
    {
        var samples = Signals.Family(runs: 6);
        var patterns = PatternLearner.Learn(samples, Options).Patterns;
        Assert.Equal(Signals.Kinds.Length, patterns.Count);
        foreach (var pattern in patterns)
            Assert.Equal(samples.Where(s => s.JobName == pattern.Name).Select(s => s.Id), pattern.Members.Select(i => samples[i].Id));
    }

    [Fact]
    public void Distance_follows_the_process_and_not_the_length()
    {
        int[] lengths = [40, 80, 160, 320, 640, 1280];
        string[] kinds = ["solver", "writer"];
        var samples = kinds.SelectMany(k => lengths.Select((frames, i) => Signals.Sample(k, frames, seed: i))).ToList();
        var patterns = PatternLearner.Learn(samples, Options with { Patterns = 2 }).Patterns;
        Assert.Equal(["solver", "writer"], patterns.Select(p => p.Name).Order());
        Assert.All(patterns, p => Assert.Single(p.Members.Select(i => samples[i].JobName).Distinct()));
    }

    [Fact]
    public void Order_of_segments_and_threads_change_nothing()
    {
        var samples = Signals.Family(runs: 5);
        var first = PatternLearner.Learn(samples, Options with { Threads = 1 });
        var shuffled = samples.Select((s, i) => (Sample: s, Key: (i * 17) % 31)).OrderBy(x => x.Key).Select(x => x.Sample).ToList();
        var second = PatternLearner.Learn(shuffled, Options with { Threads = 3 });
        Assert.Equal(first.Patterns.Count, second.Patterns.Count);
        for (var p = 0; p < first.Patterns.Count; p++)
        {
            Assert.Equal(first.Patterns[p].Name, second.Patterns[p].Name);
            Assert.Equal(first.Patterns[p].Members.Select(i => samples[i].Id).Order(), second.Patterns[p].Members.Select(i => shuffled[i].Id).Order());
        }
        Assert.Equal(first.State.Silhouettes, second.State.Silhouettes);
        for (var l = 0; l < first.State.Levels.Length; l++)
        {
            Assert.Equal(first.State.Levels[l].Centroids, second.State.Levels[l].Centroids);
            Assert.Equal(first.State.Levels[l].Radii, second.State.Levels[l].Radii);
            Assert.Equal(first.State.Levels[l].Temperature, second.State.Levels[l].Temperature);
        }
    }

    [Fact]
    public void Idle_segments_have_patterns_of_their_own_even_when_they_look_like_jobs()
    {
        List<PatternSample> samples =
        [
            .. Enumerable.Range(0, 8).Select(i => Signals.Sample("quiet", 60 + i, i, idle: true)),
            .. Enumerable.Range(0, 8).Select(i => Signals.Sample("quiet", 60 + i, 100 + i, jobName: "sleep")),
            .. Enumerable.Range(0, 8).Select(i => Signals.Sample("solver", 60 + i, i)),
        ];
        var patterns = PatternLearner.Learn(samples, Options).Patterns;
        Assert.Equal(8, patterns.Where(p => p.Idle).Sum(p => p.Members.Length));
        Assert.All(patterns, p => Assert.All(p.Members, i => Assert.Equal(p.Idle, samples[i].Idle)));
    }

    [Fact]
    public void One_process_is_one_pattern()
    {
        var samples = Enumerable.Range(0, 24).Select(i => Signals.Sample("solver", 100, i)).ToList();
        Assert.Single(PatternLearner.Learn(samples, Options).Patterns);
    }

    [Fact]
    public void Number_of_patterns_can_be_forced()
    {
        var samples = Signals.Family(runs: 4);
        Assert.Single(PatternLearner.Learn(samples, Options with { Patterns = 1 }).Patterns);
        Assert.Equal(7, PatternLearner.Learn(samples, Options with { Patterns = 7 }).Patterns.Count);
    }

    [Fact]
    public void A_stranger_stays_alone_and_is_called_small()
    {
        var samples = Signals.Family(runs: 6);
        samples.Add(Signals.Sample("strange", 100, 1));
        var own = Assert.Single(PatternLearner.Learn(samples, Options).Patterns, p => p.Members.Contains(samples.Count - 1));
        Assert.True(own.Small);
        Assert.Single(own.Members);
    }

    [Fact]
    public void Segments_below_the_shortest_head_are_named_and_left_out()
    {
        var samples = Signals.Family(runs: 3);
        samples.Insert(0, Signals.Sample("solver", 9, 1));
        var set = PatternLearner.Learn(samples, Options);
        Assert.Equal([0], set.State.TooShort);
        Assert.DoesNotContain(set.Patterns, p => p.Members.Contains(0));
    }

    [Fact]
    public void Nothing_usable_is_said_in_one_line()
    {
        var failure = Assert.Throws<BadDataException>(() => PatternLearner.Learn([Signals.Sample("solver", 5, 1)], Options));
        Assert.Contains("at least 10 frames", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_handful_of_segments_is_enough(int count)
    {
        var samples = Enumerable.Range(0, count).Select(i => Signals.Sample("writer", 50, i)).ToList();
        var set = PatternLearner.Learn(samples, Options);
        Assert.Equal(count, set.Patterns.Sum(p => p.Members.Length));
        Assert.All(samples, s => Assert.Equal(0, set.MatchWhole(s.Values, s.Frames, idle: false).Nearest));
    }

    [Fact]
    public void Metrics_that_never_move_do_no_harm()
    {
        var samples = Enumerable.Range(0, 6).Select(i => new PatternSample($"flat-{i}", new float[50 * 2], 50, false, "flat", null)).ToList();
        var set = PatternLearner.Learn(samples, Options);
        Assert.Single(set.Patterns);
        Assert.True(set.Match(samples[0].Values, 50, idle: false).Matched);
    }
}
