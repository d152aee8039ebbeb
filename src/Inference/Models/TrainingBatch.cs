namespace Tocsin.Inference.Models;

/// <summary>Windows with what they are to be reconstructed to. The loss is the sum over windows, valid frames and metrics of
/// WindowWeight * MetricWeight * LossMask * (reconstruction - Target)^2, divided by the sum of WindowWeight * LossMask.
/// Tens of windows are the right size: while its gradient is computed a window of 20 frames x 138 metrics holds 0.8 MB.</summary>
public sealed class TrainingBatch
{
    public TrainingBatch(int capacity, int frames, int metrics)
    {
        Windows = new WindowBatch(capacity, frames, metrics);
        Target = new float[Windows.Values.Length];
        LossMask = new float[Windows.Values.Length];
        WindowWeight = new float[capacity];
        MetricWeight = new float[metrics];
        Array.Fill(WindowWeight, 1);
        Array.Fill(MetricWeight, 1);
    }

    public WindowBatch Windows { get; }

    /// <summary>As <see cref="WindowBatch.Values"/>; finite where the loss mask is 0, too.</summary>
    public float[] Target { get; }

    /// <summary>1 = counts, 0 = does not.</summary>
    public float[] LossMask { get; }

    /// <summary>One a window, 0 or more; 0 leaves it out of the gradient but not out of <see cref="StepReport.WindowLoss"/>.</summary>
    public float[] WindowWeight { get; }

    /// <summary>One a metric, 0 or more.</summary>
    public float[] MetricWeight { get; }
}
