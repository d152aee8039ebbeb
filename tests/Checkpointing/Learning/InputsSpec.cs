using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Simulation;

namespace Tocsin.CheckpointingTests.Learning;

public sealed class InputsSpec
{
    [Fact]
    public void A_hidden_layer_learns_what_a_line_cannot()
    {
        var (mlp, line) = (new OnlineMlp(2, 8, 0.5, 1), new OnlineMlp(2, 0, 0.5, 1));
        var random = new Random(1);
        var book = new BrierBook();
        for (var i = 0; i < 60_000; i++)
        {
            double[] x = [random.Next(2), random.Next(2)];
            var came = x[0] != x[1];
            var (a, b) = (mlp.Learn(x, came), line.Learn(x, came));
            if (i < 50_000)
                continue;
            book.Add("mlp", a, came);
            book.Add("line", b, came);
        }
        Assert.InRange(book.Scores["mlp"], 0, 0.05);
        Assert.InRange(book.Scores["line"], 0.2, 0.3);
        Assert.Equal("mlp", book.Best);
    }

    [Fact]
    public void What_it_says_is_as_often_true_as_it_says()
    {
        var (mlp, random) = (new OnlineMlp(1, 4, 0.5, 1), new Random(2));
        var (said, came) = (new double[10], new double[10]);
        var count = new int[10];
        for (var i = 0; i < 100_000; i++)
        {
            var x = (random.NextDouble() * 6) - 3;
            var truth = random.NextDouble() < 1 / (1 + Math.Exp(-2 * x));
            var p = mlp.Learn([x], truth);
            if (i < 50_000)
                continue;
            var bin = Math.Min(9, (int)(10 * p));
            (said[bin], came[bin], count[bin]) = (said[bin] + p, came[bin] + (truth ? 1 : 0), count[bin] + 1);
        }
        for (var bin = 0; bin < 10; bin++)
            Assert.Equal(said[bin] / count[bin], came[bin] / count[bin], 0.06);
    }

    [Fact]
    public void An_input_that_is_constant_or_not_a_number_does_no_harm()
    {
        var mlp = new OnlineMlp(3, 4, 0.1, 1);
        for (var i = 0; i < 100; i++)
            mlp.Learn([7, double.NaN, i % 2], i % 2 == 0);
        Assert.InRange(mlp.Predict([7, double.PositiveInfinity, 1]), 0, 1);
    }

    [Fact]
    public void The_better_of_two_is_believed_still_after_a_time_in_which_nothing_failed()
    {
        const int words = 17_520;
        var (book, calibration) = (new BrierBook(), new Calibration());
        // A word in 17,520 warns with 0.1, and each tenth of those is right: one failure in 175,200 words, as of a node that fails once in five years and is asked each quarter of an hour.
        for (var warning = 0; warning < 109; warning++)
        {
            for (var i = 0; i < words; i++)
            {
                var came = i == 0 && warning % 10 == 0;
                book.Add("tells", i == 0 ? 0.1 : 0, came);
                book.Add("base", 1.0 / (10 * words), came);
                calibration.Add(1.0 / (10 * words), came);
            }
        }
        Assert.Equal("tells", book.Best);
        Assert.InRange(calibration.Of(1.0 / (10 * words)) * 10 * words, 0.8, 1.25);
    }

    [Fact]
    public void The_sure_and_wrong_lose_to_the_base_rate()
    {
        var book = new BrierBook();
        Assert.Null(book.Best);
        for (var i = 0; i < 1000; i++)
        {
            book.Add("sure", i % 10 == 3 ? 0 : 1, i % 10 == 0);
            book.Add("base rate", 0.1, i % 10 == 0);
        }
        Assert.Equal("base rate", book.Best);
        Assert.Equal(0.09, book.Scores["base rate"], 1e-4);
    }

    [Fact]
    public void On_telemetry_that_rises_before_failures_the_best_calibrated_input_is_a_learned_one()
    {
        var trace = FailureTrace.Draw(FailureLaw.Exponential, 864_000, 32, 1_500_000, 14_400, Correlation.None, 1);
        var inputs = new InputContest(1);
        new Telemetry(trace).Play(1, (_, _, frame, fails) => inputs.Step(frame, fails));
        Assert.Contains(inputs.Book.Best, new[] { InputContest.Mlp, InputContest.Equation1 });
    }
}
