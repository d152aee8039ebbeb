using FsCheck;
using FsCheck.Fluent;
using Tocsin.Ingest.Segments;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Unit.Ingest.Slurm;

/// <summary>Whatever is said, in whatever order, however often: the timeline is the same.</summary>
public sealed class NodeJobsOrderSpec
{
    private static readonly Gen<JobEvent> Event =
        from kind in Gen.Choose(0, 4)
        from id in Gen.Elements("1", "2", "3_1", "4+1")
        from start in Gen.Choose(0, 250)
        from length in Gen.Choose(0, 120)
        from asOf in Gen.Choose(0, 280)
        select kind switch
        {
            0 => NodeJobsSpec.Prolog(id, start),
            1 => NodeJobsSpec.Epilog(id, start + length),
            2 => NodeJobsSpec.Accounted(id, start, null, asOf),
            3 => NodeJobsSpec.Accounted(id, start, start + length, asOf),
            _ => NodeJobsSpec.Accounted(id, start, start + length, asOf) with { Source = JobEventSource.File },
        };

    private static readonly Arbitrary<(JobEvent[] Events, int Seed)> Case =
        (from events in Event.ArrayOf(12)
         from seed in Gen.Choose(0, int.MaxValue)
         select (events, seed)).ToArbitrary();

    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(200);

    [Fact]
    public void Any_order_of_the_same_events_gives_the_same_timeline() => Prop.ForAll(Case, c =>
    {
        var shuffled = c.Events.ToArray();
        new Random(c.Seed).Shuffle(shuffled);
        var once = NodeJobsSpec.Applied(300, c.Events);
        Assert.Equal(Spans(once.Timeline), Spans(NodeJobsSpec.Applied(300, shuffled).Timeline));
        Assert.Equal(Spans(once.Timeline), Spans(NodeJobsSpec.Applied(300, shuffled.Concat(c.Events)).Timeline));
        Assert.Equal(WireBytes.Of(once), WireBytes.Of(NodeJobsSpec.Applied(300, shuffled)));
    }).Check(Runs);

    [Fact]
    public void Where_it_says_that_nothing_changed_nothing_did() => Prop.ForAll(Case, c =>
    {
        var jobs = NodeJobs.Empty;
        foreach (var e in c.Events)
        {
            var change = jobs.Apply(e, NodeJobsSpec.At(300));
            for (var t = 0; t < 400; t += 3)
            {
                var before = string.Join(' ', jobs.At(NodeJobsSpec.At(t)).Select(Key));
                var after = string.Join(' ', change.Jobs.At(NodeJobsSpec.At(t)).Select(Key));
                var said = change.CutFromMs <= NodeJobsSpec.At(t);
                Assert.True(said || before == after, $"at {t}: '{before}' became '{after}', and the cut is {change.CutFromMs}");
            }
            jobs = change.Jobs;
        }
    }).Check(Runs.WithMaxTest(60));

    [Fact]
    public void A_state_that_was_stored_between_any_two_events_goes_on_as_if_it_had_not_been() => Prop.ForAll(Case, c =>
    {
        var straight = NodeJobs.Empty;
        var stored = NodeJobs.Empty;
        foreach (var e in c.Events)
        {
            straight = straight.Apply(e, NodeJobsSpec.At(300)).Jobs;
            Assert.True(WireBytes.TryRead<NodeJobs>(WireBytes.Of(stored), out var read, out _));
            stored = read.Apply(e, NodeJobsSpec.At(300)).Jobs;
        }
        Assert.Equal(Spans(straight.Timeline), Spans(stored.Timeline));
    }).Check(Runs.WithMaxTest(200));

    [Fact]
    public void No_id_runs_twice_at_once_and_no_run_ends_before_it_starts() => Prop.ForAll(Case, c =>
    {
        foreach (var job in NodeJobsSpec.Applied(300, c.Events).Jobs.GroupBy(j => j.Run.JobId))
        {
            long? free = long.MinValue;
            foreach (var (run, _) in job)
            {
                Assert.True(run.EndMs is null || run.EndMs > run.StartMs);
                Assert.True(free <= run.StartMs, $"job {run.JobId} runs twice at {run.StartMs}");
                free = run.EndMs;
            }
        }
    }).Check(Runs);

    private static string Key(NodeJob job) => $"{job.Run.JobId}@{job.Run.StartMs}";

    private static string Spans(JobTimeline timeline) =>
        string.Join(' ', timeline.Spans.Select(s => $"[{s.StartMs}-{s.EndMs} {string.Join(',', s.Jobs.Select(j => new JobKey(j.JobId, j.StartMs)))}]"));
}
