using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Faults.Tuning;

namespace Tocsin.Unit.Faults;

public sealed class OnlineTunerSpec
{
    private const int Drift = 420, End = 900;

    private static readonly FtMoeOptions Options = new()
    {
        Epochs = 8,
        Experts = 4,
        MostActive = 3,
        RowsPerStep = 64,
        Tuning = new TuningOptions { Whole = false, GoesOn = false, Every = 60, Window = 120, Epochs = 40, Rate = 4e-3f, BlockIntervals = 10, ContestBlocks = 5 },
    };

    /// <summary>After the drift the two features mean each other's class: what was learned is wrong, and experts alone can mend it.</summary>
    [Fact]
    public void A_tuned_model_finds_back_after_a_drift_and_a_frozen_one_does_not()
    {
        var history = PlantedFaults.Make(End, seed: 9, swapped: Drift);
        FtMoePredictor tuned = Fit(Options, history), frozen = Fit(Options with { OnlineTuning = false }, history);
        var late = new IntervalRange(End - 150, End);
        double without = Live(frozen, history, late), with = Live(tuned, history, late);
        Assert.True(with > without + 0.1 && with > 0.78, $"accuracy after the drift: tuned {with:F3}, frozen {without:F3}");
        var versions = tuned.Tuner!.Versions;
        Assert.Contains(versions.All, v => v is { Number: > 1, Verdict: Verdict.Promoted });
        Assert.All(versions.All.Where(v => v.Number > 1 && v.Since >= 0), v =>
        {
            Assert.True(v.Loss < v.ChampionLoss);
            Assert.True(v.Since >= v.Tuned.End + 50, "it was judged on intervals after its tuning data");
        });
    }

    [Fact]
    public void Everything_but_gate_and_experts_keeps_its_values_to_the_bit()
    {
        var history = PlantedFaults.Make(600, seed: 9, swapped: 300);
        var predictor = Fit(Options, history);
        var before = predictor.Model.Model;
        Live(predictor, history, new IntervalRange(300, 600));
        var after = predictor.Model.Model;
        Assert.NotSame(before, after);
        foreach (var shape in before.Parameters.Shapes)
        {
            if (!shape.Name.StartsWith("expert", StringComparison.Ordinal) && !shape.Name.StartsWith("gate.", StringComparison.Ordinal))
                Assert.True(before.Parameters[shape.Name].SequenceEqual(after.Parameters[shape.Name]), shape.Name);
        }
    }

    [Fact]
    public void Tuned_as_a_whole_the_layers_before_the_experts_learn_too()
    {
        var history = PlantedFaults.Make(600, seed: 9, swapped: 300);
        var predictor = Fit(Options with { Tuning = Options.Tuning with { Whole = true, Epochs = 10 } }, history);
        var before = predictor.Model.Model;
        Live(predictor, history, new IntervalRange(300, 600));
        var after = predictor.Model.Model;
        foreach (var name in (string[])["token.weight", "read.keyvalue.weight", "edge.value.weight", "expert0.up.weight", "detect.weight", "prototypes"])
            Assert.False(before.Parameters[name].SequenceEqual(after.Parameters[name]), name);
    }

    /// <summary>No contest can be won here and each tuning is short: one that begins with the first model again and again gets nowhere.</summary>
    [Fact]
    public void What_a_challenger_learned_is_kept_though_it_does_not_serve()
    {
        var history = PlantedFaults.Make(End, seed: 9, swapped: Drift);
        double LastLoss(bool goesOn)
        {
            var tuning = Options.Tuning with { GoesOn = goesOn, Epochs = 3, Rate = 1e-3f, ContestDeviations = 1e6f };
            var predictor = Fit(Options with { Tuning = tuning }, history);
            Live(predictor, history, new IntervalRange(Drift, End));
            var versions = predictor.Tuner!.Versions;
            Assert.All(versions.All.Where(v => v.Number > 1), v => Assert.NotEqual(Verdict.Promoted, v.Verdict));
            return versions.All.Last(v => v.Verdict == Verdict.Rejected).Loss;
        }
        double on = LastLoss(goesOn: true), anew = LastLoss(goesOn: false);
        Assert.True(on < 0.9 * anew, $"loss of the last challenger: {on:F3} going on, {anew:F3} from the first model");
    }

    [Fact]
    public void Without_labels_nothing_is_tuned_since_unknown_is_not_healthy()
    {
        var history = PlantedFaults.Make(600, seed: 9);
        var predictor = Fit(Options, history);
        for (var t = 300; t < 600; t++)
        {
            for (var h = 0; h < PlantedFaults.Hosts; h++)
                history.SetLabel(t, h, null);
        }
        var scores = new float[PlantedFaults.Hosts * PlantedFaults.Classes];
        for (var t = 310; t < 600; t++)
        {
            predictor.Observe(new PastView(history, t));
            predictor.Predict(new PastView(history, t), scores);
        }
        Assert.Single(predictor.Tuner!.Versions.All);
        Assert.Empty(predictor.Tuner.Events);
    }

    [Fact]
    public void Rolling_back_serves_what_served_before()
    {
        var history = PlantedFaults.Make(End, seed: 9, swapped: Drift);
        var predictor = Fit(Options, history);
        var first = predictor.Model;
        Live(predictor, history, new IntervalRange(Drift, End));
        var versions = predictor.Tuner!.Versions;
        Assert.NotSame(first, predictor.Model);
        while (predictor.Tuner.RollBack(End))
        {
        }
        Assert.Same(first, predictor.Model);
        Assert.Equal(End, versions.All[0].BroughtBack);
        Assert.False(predictor.Tuner.RollBack(End));
    }

    private static FtMoePredictor Fit(FtMoeOptions options, FaultHistory history)
    {
        var predictor = new FtMoePredictor(options);
        predictor.Fit(history.Until(300), new IntervalRange(0, 240), new IntervalRange(240, 300), seed: 2);
        return predictor;
    }

    /// <summary>From interval 300 on in the order of time, labels one interval late; the accuracy of the last part.</summary>
    private static double Live(FtMoePredictor predictor, FaultHistory history, IntervalRange counted)
    {
        var scores = new float[PlantedFaults.Hosts * PlantedFaults.Classes];
        var right = 0;
        for (var t = 300; t < counted.End; t++)
        {
            var past = new PastView(history, t, delay: 1);
            predictor.Observe(past);
            predictor.Predict(past, scores);
            for (var h = 0; h < PlantedFaults.Hosts && counted.Contains(t); h++)
            {
                var row = scores.AsSpan(h * PlantedFaults.Classes, PlantedFaults.Classes).ToArray();
                right += Array.IndexOf(row, row.Max()) == (int)history.Label(t, h)! ? 1 : 0;
            }
        }
        return (double)right / (counted.Length * PlantedFaults.Hosts);
    }
}
