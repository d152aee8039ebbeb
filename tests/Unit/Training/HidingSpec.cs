using Tocsin.Inference.Tensors;
using Tocsin.Inference.Training;

namespace Tocsin.Unit.Training;

public sealed class HidingSpec
{
    [Fact]
    public void Every_window_hides_something_and_each_metric_is_hidden_whole_windows_long()
    {
        const int Frames = 8, Metrics = 6;
        var plan = new HidingPlan(new HiddenGroups([0, 0, 1, 1, 2, 2], 3));
        var random = new SeededRandom(1);
        var hide = new float[Frames * Metrics];
        var whole = new int[Metrics];
        int newest = 0, scattered = 0;
        for (var draw = 0; draw < 1000; draw++)
        {
            plan.Draw(random, hide, Frames);
            Assert.All(hide, h => Assert.True(h is 0 or 1));
            Assert.Contains(1, hide);
            for (var m = 0; m < Metrics; m++)
                whole[m] += Enumerable.Range(0, Frames).All(t => hide[(t * Metrics) + m] == 1) ? 1 : 0;
            newest += Enumerable.Range(0, Metrics).All(m => hide[((Frames - 1) * Metrics) + m] == 1) && hide[..Metrics].All(h => h == 0) ? 1 : 0;
            scattered += Enumerable.Range(0, Metrics).Any(m => hide[m] != hide[m ^ 1]) ? 1 : 0;
        }
        // Scoring hides a group over the whole window; a model that never met that would be scored on what it never learned.
        Assert.All(whole, w => Assert.InRange(w, 150, 800));
        Assert.InRange(newest, 100, 500);
        Assert.InRange(scattered, 100, 300);
    }

    [Fact]
    public void Metrics_that_move_together_are_hidden_together()
    {
        var random = new SeededRandom(5);
        var rows = new float[400 * 6];
        for (var t = 0; t < 400; t++)
        {
            float a = random.NextFloat(-1, 1), b = random.NextFloat(-1, 1);
            ReadOnlySpan<float> row = [a, b, -a + random.NextFloat(-0.1f, 0.1f), b + random.NextFloat(-0.1f, 0.1f), random.NextFloat(-1, 1), 3];
            row.CopyTo(rows.AsSpan(t * 6));
        }
        var groups = HiddenGroups.Of(rows, 6, 3);
        Assert.Equal(3, groups.Count);
        Assert.Equal(groups.GroupOf[0], groups.GroupOf[2]);
        Assert.Equal(groups.GroupOf[1], groups.GroupOf[3]);
        Assert.Equal(3, groups.GroupOf[..5].Distinct().Count());
        Assert.InRange(groups.GroupOf[5], 0, 2);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(4, 1)]
    public void Fewer_metrics_than_groups_and_metrics_that_never_move_still_have_a_group(int metrics, int wanted)
    {
        var groups = HiddenGroups.Of(new float[50 * metrics], metrics, wanted);
        Assert.InRange(groups.Count, 1, wanted);
        Assert.All(groups.GroupOf, g => Assert.InRange(g, 0, groups.Count - 1));
    }

    [Fact]
    public void The_windows_of_the_highest_loss_are_left_out_of_the_next_pass()
    {
        var trim = new LossTrim([100, 100], 0.05);
        Assert.True(trim.Keeps(0, 3));
        for (var t = 0; t < 100; t++)
        {
            trim.Saw(0, t, 1 + (t * 0.001f));
            trim.Saw(1, t, t >= 92 ? 50 + t : 1 + (t * 0.001f));
        }
        trim.EndPass();
        Assert.All(Enumerable.Range(0, 92), t => Assert.True(trim.Keeps(0, t) && trim.Keeps(1, t)));
        Assert.InRange(Enumerable.Range(92, 8).Count(t => !trim.Keeps(1, t)), 7, 8);
        // What was left out comes back when its loss has fallen.
        for (var pass = 0; pass < 30; pass++)
        {
            for (var t = 92; t < 100; t++)
                trim.Saw(1, t, 1);
            trim.EndPass();
        }
        Assert.InRange(Enumerable.Range(92, 8).Count(t => trim.Keeps(1, t)), 5, 8);
    }

    [Fact]
    public void Nothing_seen_leaves_nothing_out()
    {
        var trim = new LossTrim([10], 0.05);
        trim.EndPass();
        Assert.True(trim.Keeps(0, 9));
    }
}
