using Tocsin.Shared;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>Sizes of a fault model; the defaults are FT-MoE's where it names them (12 experts, at most 8 awake, prototypes of 8).</summary>
/// <param name="Inputs">Numbers of a host: what <see cref="HostInput"/> writes.</param>
/// <param name="Faults">Classes of fault, "no fault" not among them; 2 or more.</param>
/// <param name="Width">Of a host's state; a multiple of 16 and of <paramref name="Heads"/>.</param>
public sealed record MoeShape(int Inputs, int Faults, int Width = 64, int Heads = 4, int Experts = 12, int MostActive = 8, int Prototype = 8)
{
    public const int MostExperts = 64;

    /// <summary>Intervals that the inputs consist of, all of one size, the oldest first.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>Of the inner layer that each interval goes through before any other is looked at.</summary>
    public int TokenHidden { get; init; } = 64;

    /// <summary>Of the inner layer behind the attention over the intervals.</summary>
    public int ReadHidden { get; init; } = 128;

    /// <summary>Of an expert's inner layer.</summary>
    public int ExpertHidden { get; init; } = 32;

    /// <summary>0: Top-any (eq. 4). Otherwise so many experts for each input, the ablation "static top-k".</summary>
    public int FixedActive { get; init; }

    /// <summary>True here, so that files which do not say have it; <see cref="FtMoeOptions"/> leaves it out.</summary>
    public bool CrossAttention { get; init; } = true;

    /// <summary>Whether cross attention asks a host and those at the other ends of its edges; else all hosts.</summary>
    public bool CrossNeighbours { get; init; }

    /// <summary>A loop; then, for the host at an edge's end and for the one at its beginning: one type for each interval since a task moved, and one for each other kind.</summary>
    public static int EdgeTypes { get; } = 1 + (2 * (IFaultPredictor.PastIntervals + Enum.GetValues<EdgeKind>().Length - 1));

    /// <summary>Numbers of the next interval that the heads' context is trained to foretell beside its labels; not used in serving.</summary>
    public int Forecasts { get; init; }

    /// <summary>Columns of one interval as it is read: what it says, and its place in time.</summary>
    internal int Token => (Inputs / Steps) + Steps;

    /// <exception cref="BadDataException">The sizes do not fit together: a model file of other hands.</exception>
    public void Check()
    {
        Demand(Inputs is >= 1 and <= 4096, nameof(Inputs), Inputs, "1..4096");
        Demand(Steps is >= 1 and <= IFaultPredictor.PastIntervals && Inputs % Steps == 0, nameof(Steps), Steps, $"a divisor of Inputs up to {IFaultPredictor.PastIntervals}");
        Demand(Faults is >= 2 and <= 64, nameof(Faults), Faults, "2..64");
        Demand(Width is >= 16 and <= 512 && Width % 16 == 0, nameof(Width), Width, "a multiple of 16 up to 512");
        Demand(Heads >= 1 && Width % Heads == 0, nameof(Heads), Heads, "a divisor of Width");
        Demand(Experts is >= 1 and <= MostExperts, nameof(Experts), Experts, $"1..{MostExperts}");
        Demand(MostActive is >= 1 and <= MostExperts, nameof(MostActive), MostActive, $"1..{MostExperts}");
        Demand(Prototype is >= 1 and <= 64, nameof(Prototype), Prototype, "1..64");
        Demand(TokenHidden is >= 1 and <= 1024, nameof(TokenHidden), TokenHidden, "1..1024");
        Demand(ReadHidden is >= 1 and <= 1024, nameof(ReadHidden), ReadHidden, "1..1024");
        Demand(ExpertHidden is >= 1 and <= 1024, nameof(ExpertHidden), ExpertHidden, "1..1024");
        Demand(Forecasts is >= 0 and <= 1024, nameof(Forecasts), Forecasts, "0..1024");
        Demand(FixedActive is >= 0 and <= MostExperts, nameof(FixedActive), FixedActive, $"0..{MostExperts}");
    }

    private static void Demand(bool holds, string name, int value, string range)
    {
        if (!holds)
            throw new BadDataException($"fault model: {name} is {value}; expected {range}");
    }
}
