using Tocsin.Inference.Models;
using Tocsin.Inference.Tensors;

namespace Tocsin.Unit.Models;

public sealed class TrainingSessionSpec
{
    private static readonly ModelShape Shape = ModelShape.For(metrics: 12, segmentIds: 3);

    [Fact]
    public void Steps_lower_the_loss_of_waves_to_a_third()
    {
        var batch = Batches.Waves(Shape, windows: 16, frames: 10, seed: 1);
        using var session = new TrainingSession(ReconstructionModel.Create(Shape, seed: 1), new TrainingOptions { Optimizer = new AdamWOptions(Rate: 3e-3f) });
        var first = session.Gradient(batch).Loss;
        for (var i = 0; i < 150; i++)
        {
            session.Gradient(batch);
            session.Update();
        }
        Assert.InRange(session.Evaluate(batch).Loss, 0, first / 3);
        Assert.Equal(150, session.Steps);
    }

    [Fact]
    public void A_step_in_steady_state_allocates_nothing()
    {
        var batch = Batches.Waves(Shape, windows: 8, frames: 10, seed: 1);
        using var session = new TrainingSession(ReconstructionModel.Create(Shape, seed: 1));
        for (var i = 0; i < 3; i++)
        {
            session.Gradient(batch);
            session.Update();
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 5; i++)
        {
            session.Gradient(batch);
            session.Update();
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Scoring_in_steady_state_allocates_nothing()
    {
        var windows = Batches.Waves(Shape, windows: 8, frames: 10, seed: 1).Windows;
        var session = new InferenceSession(new PackedModel(ReconstructionModel.Create(Shape, seed: 1)), 10);
        float[] all = new float[10 * Shape.Metrics], newest = new float[Shape.Metrics];
        session.Reconstruct(windows, 0, all);
        session.ReconstructNewest(windows, 0, newest);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var w = 0; w < 8; w++)
        {
            session.Reconstruct(windows, w, all);
            session.ReconstructNewest(windows, w, newest);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_window_of_weight_zero_has_a_loss_but_no_gradient()
    {
        var batch = Batches.Waves(Shape, windows: 2, frames: 10, seed: 1);
        using var session = new TrainingSession(ReconstructionModel.Create(Shape, seed: 1), new TrainingOptions(LoadWeight: 0));
        var loss = session.Gradient(batch).WindowLoss[1];
        batch.WindowWeight[1] = 0;
        Assert.Equal(loss, session.Gradient(batch).WindowLoss[1]);
        var without = session.Gradients.ToArray();
        batch.Target.AsSpan(batch.Target.Length / 2).Fill(7);
        session.Gradient(batch);
        Assert.Equal(without, session.Gradients.ToArray());
    }

    [Fact]
    public void A_gradient_that_is_not_finite_changes_nothing()
    {
        var batch = Batches.Waves(Shape, windows: 2, frames: 10, seed: 1);
        var model = ReconstructionModel.Create(Shape, seed: 1);
        using var session = new TrainingSession(model);
        Array.Fill(batch.Target, 1e30f);
        session.Gradient(batch);
        var before = model.Parameters.Block.ToArray();
        Assert.False(float.IsFinite(session.Update()));
        Assert.Equal(before, model.Parameters.Block.ToArray());
    }

    [Fact]
    public void Each_token_goes_to_exactly_one_expert()
    {
        var batch = Batches.Waves(Shape, windows: 7, frames: 10, seed: 1);
        using var session = new TrainingSession(ReconstructionModel.Create(Shape, seed: 1));
        var report = session.Evaluate(batch);
        Assert.Equal(batch.Windows.Valid.Count(v => v), report.Tokens);
        for (var layer = 0; layer < Shape.Layers; layer++)
            Assert.Equal(report.Tokens, Enumerable.Range(0, Shape.Experts).Sum(e => report.ExpertTokens[(layer * Shape.Experts) + e]));
    }

    [Fact]
    public void Windows_that_do_not_fit_the_model_are_refused()
    {
        using var session = new TrainingSession(ReconstructionModel.Create(Shape, seed: 1));
        Assert.Contains("5 metrics for a model of 12", Assert.Throws<ArgumentException>(() => session.Gradient(new TrainingBatch(1, 4, 5))).Message);
        var batch = new TrainingBatch(1, 4, 12);
        batch.Windows.SegmentId[0] = 3;
        Assert.Contains("segment 3", Assert.Throws<ArgumentException>(() => session.Gradient(batch)).Message);
    }
}
