using Tocsin.Inference.Faults.Tuning;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>How an FT-MoE is made and trained. The defaults are the model of the figures; the ablations change one thing each.</summary>
public sealed record FtMoeOptions
{
    public string Name { get; init; } = "FT-MoE";

    /// <summary>0: Top-any; else so many experts for each input.</summary>
    public int StaticTop { get; init; }

    public bool CrossAttention { get; init; } = true;

    /// <summary>Whether experts come, go and learn while labels arrive.</summary>
    public bool OnlineTuning { get; init; } = true;

    public TuningOptions Tuning { get; init; } = new();

    public int Width { get; init; } = 48;

    public int ExpertHidden { get; init; } = 32;

    public int Heads { get; init; } = 3;

    public int Experts { get; init; } = 12;

    public int MostActive { get; init; } = 8;

    public int Prototype { get; init; } = 8;

    /// <summary>Not the paper's 0.35, 0.5 and 0.15 of <see cref="MoeLossWeights"/>: with those the balance of experts costs more than it gives, and a triplet loss that stops at its
    /// margin leaves the classes half learned (docs/FAULTS.md has the figures).</summary>
    public MoeLossWeights Losses { get; init; } = new(1, 0.2f, 0.01f) { Forecast = 2, Likelihood = 1 };

    /// <summary>Passes over the training range, at most.</summary>
    public int Epochs { get; init; } = 16;

    /// <summary>Epochs without a better validation loss after which training ends.</summary>
    public int Patience { get; init; } = 4;

    /// <summary>Hosts of a step, at least one interval.</summary>
    public int RowsPerStep { get; init; } = 256;

    public float Rate { get; init; } = 2e-3f;

    public float Decay { get; init; } = 0.3f;

    /// <summary>Share of the embedded hosts and of the heads' context that training zeroes.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>Share of a new class mean in a prototype while it starts (S4); 0: the triplet loss alone.</summary>
    public float PrototypeStep { get; init; } = 0.9f;
}
