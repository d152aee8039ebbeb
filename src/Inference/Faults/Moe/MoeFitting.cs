using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>Offline training: passes over the training range in shuffled batches, the weights of the epoch with the least validation loss, calibrated on validation.</summary>
internal sealed class MoeFitting(FtMoeOptions options, FaultHistory history, IntervalRange train, IntervalRange validation, int seed)
{
    private readonly SeededRandom _random = new(unchecked((ulong)seed) * 2 + 1);

    /// <summary>Loss on validation after each epoch, for the log.</summary>
    public List<double> ValidationLosses { get; } = [];

    /// <summary>With the weights of the classes as they are in the training range.</summary>
    public MoeLossWeights Losses { get; } = Weighed(options.Losses, history, train);

    public FaultModel Run()
    {
        var scaling = InputScaling.Fit(history, train);
        var input = new HostInput(scaling, history.Classes, remembered: history.Length);
        var shape = new MoeShape(input.Columns, history.Classes - 1, options.Width, options.Heads, options.Experts, options.MostActive, options.Prototype)
        {
            Steps = input.Intervals,
            ExpertHidden = options.ExpertHidden,
            FixedActive = options.StaticTop,
            Forecasts = options.Losses.Forecast > 0 ? 2 * history.Features : 0,
            CrossAttention = options.CrossAttention,
        };
        var model = MoeModel.Create(shape, _random.NextBits());
        var (best, least, stale, starting) = (model.Clone(), double.PositiveInfinity, 0, options.PrototypeStep > 0);
        using var trainer = new MoeTrainer(model, Losses, new AdamWOptions(options.Rate, Decay: options.Decay), seed: _random.NextBits()) { Dropout = options.Dropout };
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

    /// <summary>Rare classes weigh more, by the square root of how rare they are: with the inverse itself a class of a few intervals would rule.</summary>
    private static MoeLossWeights Weighed(MoeLossWeights losses, FaultHistory history, IntervalRange train)
    {
        var counts = new double[history.Classes];
        for (var t = train.First; t < train.End; t++)
        {
            for (var h = 0; h < history.Hosts; h++)
            {
                if (history.Label(t, h) is { } label)
                    counts[(int)label]++;
            }
        }
        double faults = counts.Sum() - counts[0], mean = faults / (counts.Length - 1);
        return losses with
        {
            OfState = [1, (float)Math.Clamp(Math.Sqrt(counts[0] / Math.Max(1, faults)), 1, 4)],
            OfFault = [.. counts.Skip(1).Select(c => (float)Math.Clamp(Math.Sqrt(mean / Math.Max(1, c)), 0.5, 4))],
        };
    }
}
