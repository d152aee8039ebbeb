using Tocsin.Ingest.Backfill;
using Tocsin.Ingest.Identity;
using Tocsin.Shared;

namespace Tocsin.Unit.Ingest.Backfill;

public sealed class BackfillPlanSpec
{
    private const long Day = 86_400_000;

    private static BackfillOptions Options(long maxPoints, int days = 14) => new()
    {
        Url = new Uri("http://prometheus:9090"),
        Identity = new IdentityOptions { Cluster = "c" },
        FromMs = 1_700_000_000_000,
        UntilMs = 1_700_000_000_000 + days * Day,
        MaxPoints = maxPoints,
    };

    [Fact]
    public void Points_are_bounded_and_a_rare_type_gets_as_many_nodes_as_a_common_one()
    {
        // 14 days at 15 s: 80,640 points a series (and one more, where the start is taken down to a step).
        var plan = BackfillPlan.Make(Options(100_000_000), [Type("cpu", 1900, 100), Type("gpu", 96, 300), Type("big", 4, 100)]);
        Assert.Equal([3, 2, 3], plan.Types.Select(t => t.Chosen.Count));
        Assert.InRange(plan.Points, 96_000_000, 100_000_000);
        Assert.All(plan.ChunkSteps.Values, s => Assert.InRange(s, 10, 10_900));
        Assert.Equal(plan.Types.Sum(t => t.Chosen.Count * ((80_641 + plan.ChunkSteps[t.Type] - 1) / plan.ChunkSteps[t.Type])), plan.Requests);
    }

    [Fact]
    public void All_nodes_are_taken_where_they_fit() =>
        Assert.Equal([5, 2], BackfillPlan.Make(Options(10_000_000_000), [Type("a", 5, 100), Type("b", 2, 10)]).Types.Select(t => t.Chosen.Count));

    [Fact]
    public void What_is_too_much_is_refused_before_anything_is_fetched_with_the_number() =>
        Assert.Contains("points, more than --max-points 1,000,000", Assert.Throws<BadDataException>(() => BackfillPlan.Make(Options(1_000_000), [Type("a", 5, 100)])).Message);

    [Fact]
    public void The_same_nodes_are_chosen_every_time_and_not_the_first_of_a_row()
    {
        var plans = Enumerable.Range(0, 2).Select(_ => BackfillPlan.Make(Options(100_000_000, 1), [Type("a", 1000, 100)]).Types[0].Chosen.Select(n => n.Name).ToArray()).ToArray();
        Assert.Equal(plans[0], plans[1]);
        // 172 of 1,000 spread over ten racks of 100: about 17 from each, standard deviation 4.
        Assert.Equal(10, plans[0].GroupBy(n => n[..4]).Count());
        Assert.All(plans[0].GroupBy(n => n[..4]), g => Assert.InRange(g.Count(), 3, 34));
    }

    [Theory]
    [InlineData(10, 10_900)]
    [InlineData(500, 800)]
    [InlineData(100_000, 10)]
    public void A_stretch_keeps_both_limits_of_an_answer(int series, int steps) =>
        Assert.Equal(steps, BackfillPlan.Make(Options(10_000_000_000, 2), [Type("a", 1, series)]).ChunkSteps["a"]);

    private static (string, IReadOnlyList<BackfillNode>, int) Type(string type, int nodes, int series) =>
        (type, Enumerable.Range(0, nodes).Select(i => new BackfillNode($"n{i:0000}"[..2] + $"{i / 100 % 10:00}-{i % 100:00}-{i / 1000}", ["x=\"1\""], type)).ToArray(), series);
}
