using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Tuning;

/// <summary>Tuning itself: experts go and come, then the model learns the remembered intervals, all of it or gate and experts alone; the newest of them calibrate.</summary>
public static class ExpertTuning
{
    private const int RowsPerStep = 128;

    /// <param name="labelled">In the order of time; not empty.</param>
    public static FaultModel Run(FaultModel model, ExpertPlan plan, IReadOnlyList<RememberedInterval> labelled, MoeLossWeights losses, TuningOptions options, ulong seed)
    {
        var learned = Math.Max(1, labelled.Count - (int)(labelled.Count * options.CalibrationShare));
        var tuned = model with { Model = plan.Apply(model.Model) };
        using (var trainer = new MoeTrainer(tuned.Model, losses, new AdamWOptions(options.Rate, Decay: 0, WarmUp: 10), expertsOnly: !options.Whole))
        {
            var random = new SeededRandom(seed);
            int[] order = [.. Enumerable.Range(0, learned)];
            var hosts = labelled[0].Labels.Length;
            var batch = new MoeBatch(tuned.Model.Shape.Inputs);
            var perStep = Math.Max(1, RowsPerStep / hosts);
            for (var epoch = 0; epoch < options.Epochs; epoch++)
            {
                random.Shuffle<int>(order);
                for (var at = 0; at < order.Length; at += perStep)
                {
                    batch.Clear();
                    for (var i = at; i < Math.Min(order.Length, at + perStep); i++)
                        Append(batch, labelled[order[i]]);
                    trainer.Step(batch, 1 - ((float)epoch / options.Epochs));
                }
            }
        }
        return tuned with { Calibration = Calibrate(tuned, labelled, learned) };
    }

    /// <summary>On what was not learned; with too few faults there the old one stays.</summary>
    private static Calibration Calibrate(FaultModel model, IReadOnlyList<RememberedInterval> labelled, int first)
    {
        const int LeastFaults = 100;
        int hosts = labelled[0].Labels.Length, faults = model.Classes - 1, rows = (labelled.Count - first) * hosts;
        float[] faulty = new float[rows], distances = new float[rows * faults];
        var labels = new int[rows];
        var session = new MoeSession(model.Model);
        var batch = new MoeBatch(model.Model.Shape.Inputs);
        for (int i = first, row = 0; i < labelled.Count; i++, row += hosts)
        {
            batch.Clear();
            Append(batch, labelled[i]);
            session.Run(batch, faulty.AsSpan(row), distances.AsSpan(row * faults));
            labelled[i].Labels.CopyTo(labels, row);
        }
        return labels.Count(l => l > 0) < LeastFaults ? model.Calibration : Calibration.Fit(faulty, distances, labels, faults);
    }

    private static void Append(MoeBatch batch, RememberedInterval interval)
    {
        var first = batch.Add(interval.Labels.Length, interval.Edges);
        interval.Inputs.CopyTo(batch.Inputs[(first * batch.Columns)..]);
        interval.Labels.CopyTo(batch.Labels[first..]);
    }
}
