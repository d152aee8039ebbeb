namespace Tocsin.Inference.Tensors.Ops;

/// <summary>Which expert each token goes to, and the tokens sorted by expert (in their order within one expert).</summary>
internal readonly unsafe struct Routing(int experts, int* order, int* offsets)
{
    public readonly int Experts = experts;

    /// <summary>Row in sorted order to token.</summary>
    public readonly int* Order = order;

    /// <summary>Experts + 1 bounds within the sorted order.</summary>
    public readonly int* Offsets = offsets;

    public int Tokens(int expert) => Offsets[expert + 1] - Offsets[expert];

    /// <summary>Each row of <paramref name="p"/> goes to its largest column, the first one on a tie. Arrays: order of rows, offsets of experts + 1.</summary>
    public static Routing Top(float* p, int rows, int experts, int stride, int* order, int* offsets)
    {
        new Span<int>(offsets, experts + 1).Clear();
        for (var r = 0; r < rows; r++)
            offsets[Best(p + ((nint)r * stride), experts) + 1]++;
        for (var e = 0; e < experts; e++)
            offsets[e + 1] += offsets[e];
        var next = stackalloc int[experts];
        new ReadOnlySpan<int>(offsets, experts).CopyTo(new Span<int>(next, experts));
        for (var r = 0; r < rows; r++)
            order[next[Best(p + ((nint)r * stride), experts)]++] = r;
        return new Routing(experts, order, offsets);
    }

    private static int Best(float* p, int experts)
    {
        var best = 0;
        for (var e = 1; e < experts; e++)
        {
            if (p[e] > p[best])
                best = e;
        }
        return best;
    }
}
