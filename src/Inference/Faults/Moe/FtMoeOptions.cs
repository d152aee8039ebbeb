using Tocsin.Inference.Faults.Tuning;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>How an FT-MoE is made and trained. The defaults are the model of the figures; the ablations change one thing each.</summary>
public sealed record FtMoeOptions
{
    public string Name { get; init; } = "FT-MoE";

    /// <summary>0: Top-any; else so many experts for each input.</summary>
    public int StaticTop { get; init; }

    /// <summary>Eq. 6-9. Off: it brought nothing on validation and took a third of the latency.</summary>
    public bool CrossAttention { get; init; }

    /// <summary>Whether it asks a host and those at the other ends of its edges; else all hosts.</summary>
    public bool CrossNeighbours { get; init; }

    /// <summary>Whether experts come, go and learn while labels arrive.</summary>
    public bool OnlineTuning { get; init; } = true;

    public TuningOptions Tuning { get; init; } = new();

    public int Width { get; init; } = 64;

    public int TokenHidden { get; init; } = 64;

    public int ReadHidden { get; init; } = 128;

    public int ExpertHidden { get; init; } = 32;

    public int Heads { get; init; } = 4;

    public int Experts { get; init; } = 12;

    public int MostActive { get; init; } = 8;

    public int Prototype { get; init; } = 8;

    /// <summary>Not the paper's 0.35, 0.5 and 0.15 of <see cref="MoeLossWeights"/>: detection and class are weighed as the one likelihood that they are together, since a triplet
    /// loss that stops at its margin leaves the classes half learned and takes from detection (docs/FAULTS.md has the figures).</summary>
    public MoeLossWeights Losses { get; init; } = new(1, 0, 0.01f) { Forecast = 1, Likelihood = 1 };

    /// <summary>Passes over the training range, at most.</summary>
    public int Epochs { get; init; } = 16;

    /// <summary>Epochs without a better validation loss after which training ends.</summary>
    public int Patience { get; init; } = 4;

    /// <summary>Hosts of a step, at least one interval.</summary>
    public int RowsPerStep { get; init; } = 256;

    public float Rate { get; init; } = 3e-3f;

    public float Decay { get; init; } = 0.3f;

    /// <summary>Share of the hosts as they were read and of the heads' context that training zeroes.</summary>
    public float Dropout { get; init; } = 0.05f;

    /// <summary>Share of a new class mean in a prototype while it starts (S4); 0: the triplet loss alone.</summary>
    public float PrototypeStep { get; init; } = 0.9f;

    /// <param name="classes">With "no fault".</param>
    public MoeShape ShapeFor(HostInput input, int classes, int features) =>
        new(input.Columns, classes - 1, Width, Heads, Experts, MostActive, Prototype)
        {
            Steps = input.Intervals,
            TokenHidden = TokenHidden,
            ReadHidden = ReadHidden,
            ExpertHidden = ExpertHidden,
            FixedActive = StaticTop,
            Forecasts = Losses.Forecast > 0 ? 2 * features : 0,
            CrossAttention = CrossAttention,
            CrossNeighbours = CrossNeighbours,
        };
}
