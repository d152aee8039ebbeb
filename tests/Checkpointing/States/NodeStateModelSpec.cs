using Tocsin.Checkpointing.States;

namespace Tocsin.CheckpointingTests.States;

public sealed class NodeStateModelSpec
{
    private const double Hour = 3600;

    private static NodeStateModel Learned()
    {
        var model = new NodeStateModel();
        for (var i = 0; i < 200; i++)
        {
            model.Observe(NodeHealth.Healthy, NodeHealth.Degraded, 1000 * Hour);
            model.Observe(NodeHealth.Degraded, i % 4 == 0 ? NodeHealth.Failing : NodeHealth.Healthy, Hour);
            if (i % 4 == 0)
                model.Observe(NodeHealth.Failing, i % 8 == 0 ? NodeHealth.Down : NodeHealth.Healthy, Hour);
        }
        return model;
    }

    [Fact]
    public void Who_is_worse_off_goes_down_sooner_and_the_chance_grows_with_time()
    {
        var model = Learned();
        foreach (var ahead in (double[])[Hour, 24 * Hour, 1000 * Hour])
        {
            var chances = Enum.GetValues<NodeHealth>().Select(s => model.ChanceDown(s, ahead)).ToArray();
            Assert.Equal(chances.Order(), chances);
            Assert.Equal(1, chances[^1]);
            Assert.True(model.ChanceDown(NodeHealth.Failing, 2 * ahead) > chances[2]);
        }
    }

    [Fact]
    public void A_failing_node_goes_down_as_often_as_was_seen() =>
        // Half of the failing go down, after an hour each; what recovers comes back to failing late.
        Assert.Equal(0.5, Learned().ChanceDown(NodeHealth.Failing, 20 * Hour), 0.05);

    [Fact]
    public void In_a_chain_of_one_step_it_is_the_exponential_law()
    {
        var model = new NodeStateModel();
        for (var i = 0; i < 10_000; i++)
            model.Observe(NodeHealth.Failing, NodeHealth.Down, 100 * Hour);
        Assert.Equal(1 - Math.Exp(-0.5), model.ChanceDown(NodeHealth.Failing, 50 * Hour), 1e-3);
    }

    [Fact]
    public void A_transition_that_is_rare_is_a_signal_once_enough_was_seen()
    {
        var model = new NodeStateModel();
        Assert.Null(model.Observe(NodeHealth.Healthy, NodeHealth.Down, Hour).Signal);
        for (var i = 0; i < 500; i++)
            Assert.Null(model.Observe(NodeHealth.Healthy, NodeHealth.Degraded, Hour).Signal);
        Assert.InRange(model.Observe(NodeHealth.Healthy, NodeHealth.Down, Hour).Signal!.Value, 1.7, 4);
    }
}
