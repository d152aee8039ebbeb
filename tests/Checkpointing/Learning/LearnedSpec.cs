using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Policies;
using Tocsin.Checkpointing.Simulation;

namespace Tocsin.CheckpointingTests.Learning;

public sealed class LearnedSpec
{
    private static NodePrediction Said(long id, double atS, double fromS, double confidence = 0.8) =>
        Situations.Expected(fromS, issuedS: atS, confidence: confidence) with { Id = id };

    [Fact]
    public void It_begins_with_its_priors_and_no_trust_in_a_predictor_that_said_nothing()
    {
        var learned = new Learned(new Priors());
        Assert.Equal(new Priors().NodeMtbfS, learned.NodeMtbfS);
        Assert.Equal(0, learned.Recall(0));
        Assert.Equal(300, learned.CostsOf(Situations.At(0)).CheckpointS);
    }

    [Fact]
    public void The_mean_life_follows_from_failures_and_watched_time_with_the_prior_as_one_failure()
    {
        var learned = new Learned(new Priors(NodeMtbfS: 1000));
        learned.Watched(9000);
        for (var i = 0; i < 4; i++)
            learned.Failed(Situations.Suspect, i);
        Assert.Equal(2000, learned.NodeMtbfS);
    }

    [Fact]
    public void Recall_counts_what_was_said_early_enough_for_the_question()
    {
        var learned = new Learned(new Priors());
        for (var i = 0; i < 20; i++)
        {
            var at = 10_000 * (i + 1);
            if (i % 2 == 0)
                learned.Predicted(Said(i, at - 300, at));
            learned.Failed(Situations.Suspect, 1000 * at);
        }
        Assert.Equal(10.5 / 21, learned.Recall(200), 1e-9);
        Assert.Equal(0.5 / 21, learned.Recall(301), 1e-9);
    }

    [Fact]
    public void Checkpoints_of_no_time_at_all_leave_every_cost_a_number()
    {
        var (learned, job) = (new Learned(new Priors()), Situations.At(0));
        foreach (var seconds in (double[])[0, 0, 1, 86_400])
            learned.CheckpointTook(job.Kind, seconds);
        learned.CheckpointTook(job.Kind + 1, 10);
        Assert.InRange(learned.CostsOf(job).CheckpointWorstS, 1, 1e7);
        Assert.InRange(learned.CostsOf(job with { Kind = job.Kind + 1 }).CheckpointWorstS, 10, 1e6);
    }

    [Fact]
    public void A_prediction_whose_time_is_over_counts_against_the_predictors_word()
    {
        var learned = new Learned(new Priors());
        for (var i = 0; i < 50; i++)
            learned.Predicted(Said(i, i * 1000, (i * 1000) + 500));
        learned.Pass(1_000_000_000);
        Assert.InRange(learned.Precision(Said(99, 0, 0)), 0, 0.05);
    }

    [Fact]
    public void Trust_is_by_what_the_predictor_says_of_itself()
    {
        var book = new TrustBook();
        for (var i = 0; i < 200; i++)
        {
            book.Add(0.95, cameTrue: i % 10 != 0);
            book.Add(0.15, cameTrue: i % 10 == 0);
        }
        Assert.InRange(book.Precision(0.95), 0.85, 0.95);
        Assert.InRange(book.Precision(0.15), 0.05, 0.2);
    }

    [Fact]
    public void Costs_are_those_of_the_jobs_kind_where_they_are_known_and_of_all_where_not()
    {
        var learned = new Learned(new Priors());
        for (var i = 0; i < 30; i++)
        {
            learned.CheckpointTook(1, 100);
            learned.CheckpointTook(2, 900);
        }
        Assert.Equal(100, learned.CostsOf(Situations.At(0) with { Kind = 1 }).CheckpointS, 10.0);
        Assert.Equal(900, learned.CostsOf(Situations.At(0) with { Kind = 2 }).CheckpointS, 10.0);
        Assert.InRange(learned.CostsOf(Situations.At(0) with { Kind = 3 }).CheckpointS, 400, 600);
        Assert.Equal(3600, learned.CostsOf(Situations.At(0) with { Kind = 3 }).CheckpointWorstS);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.7)]
    public void The_shape_of_lives_is_found_though_most_of_them_still_last(double shape)
    {
        var (law, random) = (new Weibull(shape), new Random(1));
        var lives = Enumerable.Range(0, 4000).Select(_ => law.Life(random, 1e8)).ToList();
        var fit = LifeLaw.Fit([.. lives.Where(l => l < 3e7)], [.. lives.Where(l => l >= 3e7).Select(_ => 3e7)]);
        Assert.NotNull(fit);
        Assert.InRange(fit.Value.Shape, shape - 0.051, shape + 0.051);
    }

    [Fact]
    public void Lives_without_memory_are_not_given_a_shape()
    {
        var random = new Random(1);
        Assert.Null(LifeLaw.Fit([.. Enumerable.Range(0, 1000).Select(_ => FailureLaw.Exponential.Life(random, 1e6))], []));
    }
}
