using Tocsin.Checkpointing.Migration;
using Tocsin.Shared;

namespace Tocsin.CheckpointingTests.Migration;

public sealed class TargetsSpec
{
    private static readonly Dictionary<string, int> OnLeaf1 = new() { ["leaf1"] = 4 };

    private static readonly MoveNeeds Needs = new(RepeatS: 1000, DistanceS: 100);

    private static Candidate C(string name, string? leaf = "leaf1", double free = 1, double health = 1, bool suspect = false, double move = 100) =>
        new(new NodeKey("c", name), free, health, suspect, leaf, move);

    private static string[] Rank(params Candidate[] candidates) => [.. Targets.Rank(candidates, OnLeaf1, Needs).Select(r => r.Node.Node.Name)];

    [Fact]
    public void Suspects_and_what_is_too_small_take_no_part() =>
        Assert.Equal(["n1"], Rank(C("n1"), C("n2", suspect: true), C("n3", free: 0.9)));

    [Fact]
    public void Near_comes_before_far_healthy_before_doubtful_cheap_before_dear()
    {
        Assert.Equal(["near", "far"], Rank(C("far", "leaf2"), C("near")));
        Assert.Equal(["well", "ill"], Rank(C("ill", health: 0.8), C("well")));
        Assert.Equal(["cheap", "dear"], Rank(C("dear", move: 300), C("cheap")));
        Assert.Equal(["a", "b"], Rank(C("b"), C("a")));
    }

    [Fact]
    public void A_far_node_that_is_well_beats_a_near_one_that_is_not() => Assert.Equal(["far", "near"], Rank(C("near", health: 0.8), C("far", "leaf2")));

    [Fact]
    public void Of_several_jobs_at_once_the_most_urgent_chooses_first_and_no_node_is_given_twice()
    {
        var given = Targets.Assign(
            [("small", 10, OnLeaf1, Needs), ("large", 1000, OnLeaf1, Needs), ("third", 1, OnLeaf1, Needs)], [C("near"), C("far", "leaf2")]);
        Assert.Equal("near", given["large"].Name);
        Assert.Equal("far", given["small"].Name);
        Assert.False(given.ContainsKey("third"));
    }

    [Theory]
    [InlineData(0.95)]
    [InlineData(0.99)]
    public void The_pool_is_the_least_that_gives_the_wanted_chance(double wanted)
    {
        // 1,000 nodes, one failure a year each, 8 h out: 0.91 out on average.
        var (mtbf, away) = (365.25 * 86_400, 8 * 3600.0);
        var size = SparePool.Size(1000, mtbf, away, wanted);
        Assert.True(SparePool.ChanceOfFree(size, 1000, mtbf, away) >= wanted);
        Assert.True(SparePool.ChanceOfFree(size - 1, 1000, mtbf, away) < wanted);
        Assert.True(SparePool.Size(1000, mtbf, away, wanted, together: 3) == size + 2);
    }

    [Fact]
    public void The_chance_is_Poissons()
    {
        // Mean 1 out: of two spares one is free while at most one is out: 2 / e.
        Assert.Equal(2 / Math.E, SparePool.ChanceOfFree(2, 100, 100, 1), 1e-12);
        Assert.Equal(0, SparePool.ChanceOfFree(0, 100, 100, 1));
        Assert.InRange(SparePool.Size(1_000_000, 100, 1, 0.99), 10_200, 10_300);
    }
}
