using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>Offline training: passes over the training range in shuffled batches, the weights of the epoch with the least validation loss, calibrated on validation.</summary>
internal sealed class MoeFitting(FtMoeOptions options, FaultHistory history, IntervalRange train, IntervalRange validation, int seed)
{
    private readonly SeededRandom _random = new(unchecked((ulong)seed) * 2 + 1);

    /// <summary>Loss on validation after each epoch, for the log.</summary>
    public List<double> ValidationLosses { get; } = [];

    public FaultModel Run()
    {
        var scaling = InputScaling.Fit(history, train);
        var input = new HostInput(scaling, history.Classes, remembered: history.Length);
        var shape = options.ShapeFor(input, history.Classes, history.Features);
        var model = MoeModel.Create(shape, _random.NextBits());
        var (best, least, stale, starting) = (model.Clone(), double.PositiveInfinity, 0, options.PrototypeStep > 0);
        using var trainer = new MoeTrainer(model, options.Losses, new AdamWOptions(options.Rate, Decay: options.Decay), seed: _random.NextBits()) { Dropout = options.Dropout };
        int[] order = [.. Enumerable.Range(Math.Max(1, train.First), train.End - Math.Max(1, train.First))];
        var perStep = Math.Max(1, options.RowsPerStep / history.Hosts);
        var batch = new MoeBatch(input.Columns);
        long steps = 0, allSteps = Math.Max(1, (long)options.Epochs * ((order.Length + perStep - 1) / perStep));
        for (var epoch = 0; epoch < options.Epochs && stale < options.Patience; epoch++)
        {
            _random.Shuffle<int>(order);
            for (var at = 0; at < order.Length; at += perStep)
            {
                Fill(batch, input, order.AsSpan(at, Math.Min(perStep, order.Length - at)));
                trainer.Step(batch, 0.5f * (1 + MathF.Cos(MathF.PI * steps++ / allSteps)));
                if (starting)
                    PrototypeUpdate.Apply(trainer, batch, options.PrototypeStep);
            }
            var loss = new ValidationRun(history, validation).Of(new FaultModel(model, scaling, Calibration.None, input.Intervals, history.Classes), input).Loss;
            ValidationLosses.Add(loss);
            (best, stale, starting) = loss < least ? (model.Clone(), 0, starting) : (best, stale + 1, false);
            least = Math.Min(least, loss);
        }
        var uncalibrated = new FaultModel(best, scaling, Calibration.None, input.Intervals, history.Classes);
        return uncalibrated with { Calibration = new ValidationRun(history, validation).Of(uncalibrated, input).Calibration };
    }

    private void Fill(MoeBatch batch, HostInput input, ReadOnlySpan<int> targets)
    {
        batch.Clear();
        foreach (var t in targets)
        {
            var past = new PastView(history, t);
            var first = batch.Add(history.Hosts, input.Edges(past));
            input.Write(past, batch.Inputs[(first * input.Columns)..]);
            for (var h = 0; h < history.Hosts; h++)
                batch.Labels[first + h] = history.Label(t, h) is { } label ? (int)label : -1;
        }
        var wide = 2 * history.Features * history.Hosts;
        if (batch.Targets.Length < targets.Length * wide)
            batch.Targets = new float[targets.Length * wide];
        for (var i = 0; i < targets.Length; i++)
            input.Targets(history[targets[i]], targets[i], batch.Targets.AsSpan(i * wide, wide));
    }
}
