using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;

namespace Tocsin.Unit.Faults;

public sealed class FtMoePredictorSpec
{
    private static readonly FtMoeOptions Small = new() { Epochs = 12, Experts = 4, MostActive = 3, RowsPerStep = 64, OnlineTuning = false };

    [Fact]
    public void What_follows_from_a_hosts_own_past_is_learned()
    {
        var history = PlantedFaults.Make(900, seed: 3);
        var predictor = new FtMoePredictor(Small);
        predictor.Fit(history.Until(750), new IntervalRange(0, 600), new IntervalRange(600, 750), seed: 1);
        Assert.InRange(PlantedFaults.Accuracy(predictor, history, new IntervalRange(750, 900)), 0.93, 1);
    }

    /// <summary>Without edges nobody could know more than the share of healthy hosts, 0.71.</summary>
    [Fact]
    public void What_a_task_brings_along_is_learned_from_the_edges()
    {
        var history = PlantedFaults.Make(1400, seed: 3, moves: true);
        var predictor = new FtMoePredictor(Small with { Epochs = 20 });
        predictor.Fit(history.Until(1250), new IntervalRange(0, 1100), new IntervalRange(1100, 1250), seed: 1);
        Assert.InRange(PlantedFaults.Accuracy(predictor, history, new IntervalRange(1250, 1400)), 0.8, 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_model_to_the_bit()
    {
        var history = PlantedFaults.Make(120, seed: 5);
        float[] Weights(int seed)
        {
            var predictor = new FtMoePredictor(Small with { Epochs = 2 });
            predictor.Fit(history, new IntervalRange(0, 90), new IntervalRange(90, 120), seed);
            return predictor.Model.Model.Parameters.Block.ToArray();
        }

        Assert.Equal(Weights(7), Weights(7));
        Assert.NotEqual(Weights(7), Weights(8));
    }

    [Fact]
    public void Ablations_serve_too()
    {
        var history = PlantedFaults.Make(200, seed: 5);
        foreach (var options in new[] { Small with { StaticTop = 2 }, Small with { CrossAttention = false }, Small with { PrototypeStep = 0 } })
        {
            var predictor = new FtMoePredictor(options with { Epochs = 2 });
            predictor.Fit(history.Until(180), new IntervalRange(0, 150), new IntervalRange(150, 180), seed: 1);
            Assert.InRange(PlantedFaults.Accuracy(predictor, history, new IntervalRange(180, 200)), 0.2, 1);
        }
    }
}
