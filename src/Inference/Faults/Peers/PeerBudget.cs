namespace Tocsin.Inference.Faults.Peers;

/// <summary>What every learner may spend: the same passes, patience and step sizes as FT-MoE, so that none wins by training longer.</summary>
public sealed record PeerBudget
{
    public int Epochs { get; init; } = 16;

    /// <summary>Epochs without a better validation loss after which training ends.</summary>
    public int Patience { get; init; } = 4;

    public int RowsPerStep { get; init; } = 256;

    public float Rate { get; init; } = 2e-3f;

    public float Decay { get; init; } = 0.3f;

    /// <summary>Of the inner layers.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Of a host's state where there is one: the recurrent unit's and the transformer's; a multiple of 4.</summary>
    public int State { get; init; } = 48;

    /// <summary>Of a tree.</summary>
    public int Depth { get; init; } = 5;

    /// <summary>Share of each tree that is added.</summary>
    public float Shrinkage { get; init; } = 0.15f;

    /// <summary>Rounds of boosting, at most; each is a tree a class.</summary>
    public int Trees { get; init; } = 60;
}
