using System.Runtime.CompilerServices;

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

    /// <summary>Each row of <paramref name="p"/> goes to its largest column, the first one on a tie.</summary>
    /// <param name="chosen">Scratch, as many as rows.</param>
    /// <param name="order">Room for as many as rows.</param>
    /// <param name="offsets">Room for experts + 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Routing Top(float* p, int rows, int experts, int stride, int* chosen, int* order, int* offsets)
    {
        new Span<int>(offsets, experts + 1).Clear();
        var at = p;
        for (var r = 0; r < rows; r++, at += stride)
        {
            int best = 0;
            var most = at[0];
            for (var e = 1; e < experts; e++)
            {
                var better = at[e] > most;
                best = better ? e : best;
                most = better ? at[e] : most;
            }
            chosen[r] = best;
            offsets[best + 1]++;
        }
        for (var e = 0; e < experts; e++)
            offsets[e + 1] += offsets[e];
        return new Routing(experts, Sort(rows, experts, chosen, order, offsets), offsets);
    }

    /// <summary>From the expert of each token to the tokens of each expert.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int* Sort(int rows, int experts, int* chosen, int* order, int* offsets)
    {
        var next = stackalloc int[experts];
        new ReadOnlySpan<int>(offsets, experts).CopyTo(new Span<int>(next, experts));
        for (var r = 0; r < rows; r++)
            order[next[chosen[r]]++] = r;
        return order;
    }
}
