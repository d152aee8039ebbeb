using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;

namespace Tocsin.Unit.Faults;

public sealed class ExpertPlanSpec
{
    [Fact]
    public void An_expert_that_was_never_awake_goes()
    {
        var record = new RoutingRecord(3, 2);
        record.Add([1, 0], [true, false, true], wanted: 2);
        record.Add([0, 1], [true, false, false], wanted: 1);
        var plan = ExpertPlan.Decide(record, most: 8);
        Assert.Equal([0, 2], plan.Kept);
        Assert.Empty(plan.Added);
        Assert.Equal(1, plan.Removed(3));
    }

    [Fact]
    public void An_expert_that_served_as_the_fallback_alone_was_awake_and_stays()
    {
        var record = new RoutingRecord(2, 2);
        record.Add([1, 0], [false, true], wanted: 0);
        Assert.Equal([1], ExpertPlan.Decide(record, most: 8).Kept);
    }

    [Fact]
    public void Inputs_that_none_wanted_bring_one_expert_at_their_mean()
    {
        var record = new RoutingRecord(2, 2);
        record.Add([1, 0], [true, false], wanted: 0);
        record.Add([0, 3], [false, true], wanted: 0);
        record.Add([9, 9], [true, true], wanted: 2);
        var plan = ExpertPlan.Decide(record, most: 3);
        Assert.Equal([0, 1], plan.Kept);
        Assert.Equal([0.5f, 1.5f], Assert.Single(plan.Added));
        Assert.Equal((2, 3), (record.Unwanted, record.Inputs));
    }

    [Fact]
    public void At_the_bound_nothing_is_added_but_what_goes_makes_room()
    {
        var record = new RoutingRecord(2, 2);
        record.Add([1, 0], [true, true], wanted: 0);
        Assert.Empty(ExpertPlan.Decide(record, most: 2).Added);
        record.Clear();
        record.Add([1, 0], [true, false], wanted: 0);
        var plan = ExpertPlan.Decide(record, most: 2);
        Assert.Equal([0], plan.Kept);
        Assert.Single(plan.Added);
    }

    [Fact]
    public void A_window_without_inputs_changes_nothing()
    {
        var plan = ExpertPlan.Decide(new RoutingRecord(3, 2), most: 8);
        Assert.Equal([0, 1, 2], plan.Kept);
        Assert.Empty(plan.Added);
    }

    [Fact]
    public void Never_fewer_than_one()
    {
        var record = new RoutingRecord(1, 2);
        record.Add([1, 0], [false], wanted: 1);
        Assert.Equal([0], ExpertPlan.Decide(record, most: 8).Kept);
    }

    [Fact]
    public void The_new_expert_fires_for_the_inputs_that_brought_it_and_the_others_are_as_before()
    {
        var shape = new MoeShape(5, 2, Width: 16, Heads: 2, Experts: 3);
        var model = MoeModel.Create(shape, seed: 4);
        var mean = new float[16];
        mean[3] = 2;
        var changed = new ExpertPlan([2, 0], [mean]).Apply(model);
        Assert.Equal(3, changed.Shape.Experts);
        Assert.Equal(model.Parameters["gate.experts"][32..48], changed.Parameters["gate.experts"][..16]);
        Assert.Equal(model.Parameters["gate.experts"][..16], changed.Parameters["gate.experts"][16..32]);
        Assert.Equal(mean, changed.Parameters["gate.experts"][32..].ToArray());
        Assert.Equal(model.Parameters["expert2.up.weight"], changed.Parameters["expert0.up.weight"]);
        Assert.Equal(model.Parameters["detect.weight"], changed.Parameters["detect.weight"]);
        // A cosine of 1 is above a threshold of 0; sigmoid(0) is what the paper's 0 for the threshold itself would never reach.
        Assert.Equal(0, changed.Parameters["gate.thresholds"][2]);
    }
}
