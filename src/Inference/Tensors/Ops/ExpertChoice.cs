namespace Tocsin.Inference.Tensors.Ops;

/// <summary>Which experts an input wakes (FT-MoE eq. 3 and 4). The sigmoid is monotone, so its thresholds are compared before it.</summary>
internal static class ExpertChoice
{
    /// <summary>Every expert whose similarity is above its threshold; the <paramref name="most"/> most similar of them where there are more; the most
    /// similar of all where there is none. On a tie the lower index.</summary>
    /// <param name="most">1 or more.</param>
    /// <returns>Experts above their thresholds, before the bound and the fallback: 0 says that no expert wanted the input.</returns>
    public static int TopAny(ReadOnlySpan<float> similarities, ReadOnlySpan<float> thresholds, int most, Span<bool> active)
    {
        var wanted = 0;
        for (var g = 0; g < similarities.Length; g++)
        {
            active[g] = similarities[g] > thresholds[g];
            wanted += active[g] ? 1 : 0;
        }
        if (wanted == 0)
            Top(similarities, 1, active);
        else if (wanted > most)
            TopAmongActive(similarities, wanted - most, active);
        return wanted;
    }

    /// <summary>The <paramref name="count"/> most similar experts, whatever their thresholds: the static gate of the ablation.</summary>
    public static void Top(ReadOnlySpan<float> similarities, int count, Span<bool> active)
    {
        active.Fill(true);
        TopAmongActive(similarities, similarities.Length - count, active);
    }

    private static void TopAmongActive(ReadOnlySpan<float> similarities, int surplus, Span<bool> active)
    {
        for (; surplus > 0; surplus--)
        {
            var least = -1;
            for (var g = 0; g < similarities.Length; g++)
            {
                if (active[g] && (least < 0 || similarities[g] <= similarities[least]))
                    least = g;
            }
            active[least] = false;
        }
    }
}
