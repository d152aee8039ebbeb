namespace Tocsin.Inference.Training;

/// <summary>Which metrics are hidden together.</summary>
public enum GroupRule
{
    /// <summary>Those that move together in training.</summary>
    Correlation = 0,

    /// <summary>Those whose names begin with the same part of the machine.</summary>
    Name = 1,
}

/// <summary>How models are trained; defaults as published where the paper names a value.</summary>
public sealed record TrainerOptions
{
    /// <summary>Frames a window sees.</summary>
    public int Window { get; init; } = 20;

    /// <summary>0 = as many as metrics.</summary>
    public int Width { get; init; }

    public int Heads { get; init; } = 3;

    public int Layers { get; init; } = 3;

    public int Experts { get; init; } = 3;

    /// <summary>0 = two thirds of the width.</summary>
    public int Hidden { get; init; }

    /// <summary>Passes over the training frames.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Frames between the ends of two windows of one pass; the first is drawn anew each pass. 20 = without overlap.</summary>
    public int Stride { get; init; } = 20;

    public int Batch { get; init; } = 32;

    public float Rate { get; init; } = 2e-3f;

    /// <summary>Of the load loss, N sum(f_i P_i).</summary>
    public float LoadWeight { get; init; } = 0.02f;

    /// <summary>Share of windows that see "unknown" instead of their pattern.</summary>
    public float UnknownShare { get; init; } = 0.2f;

    /// <summary>Windows with the highest loss of the pass before that are left out: faults that nobody labelled are among them.</summary>
    public double TrimmedShare { get; init; } = 0.05;

    /// <summary>Passes without a better held-out loss after which training stops.</summary>
    public int Patience { get; init; } = 8;

    public WeightRule Weights { get; init; } = WeightRule.InverseChange;

    /// <summary>Groups of metrics that are hidden together.</summary>
    public int Groups { get; init; } = 5;

    public GroupRule GroupBy { get; init; } = GroupRule.Correlation;

    public ulong Seed { get; init; } = 1;

    /// <summary>Has no influence on any result.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
