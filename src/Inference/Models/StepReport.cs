namespace Tocsin.Inference.Models;

/// <summary>What one pass over a batch gave; owned by the session and overwritten by its next pass.</summary>
public sealed class StepReport
{
    internal StepReport(int layers, int experts) => (Layers, Experts, ExpertTokens) = (layers, experts, new long[layers * experts]);

    public int Layers { get; }

    public int Experts { get; }

    /// <summary>As <see cref="TrainingBatch"/> defines it, without the load loss; 0 where nothing counts.</summary>
    public double Loss { get; internal set; }

    /// <summary>N sum(f_i P_i), mean over the layers: 1 = evenly spread, N = one expert takes all.</summary>
    public double LoadLoss { get; internal set; }

    /// <summary>One a window: its weighted squared error over the number of its entries that count, whatever its own weight; 0 where none counts.</summary>
    public float[] WindowLoss { get; internal set; } = [];

    /// <summary>Tokens that went to expert e in layer l, at l * Experts + e.</summary>
    public long[] ExpertTokens { get; }

    /// <summary>Tokens in the batch.</summary>
    public int Tokens { get; internal set; }

    /// <summary>Share of the batch's tokens, 0..1.</summary>
    public double ExpertShare(int layer, int expert) => Tokens == 0 ? 0 : ExpertTokens[(layer * Experts) + expert] / (double)Tokens;
}
