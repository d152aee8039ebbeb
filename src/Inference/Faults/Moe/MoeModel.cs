using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>FT-MoE: attention reads a host's last intervals; attention over the edges between hosts, added to that, makes X'; experts behind a gate make Y of it; O = norm(Y + X'),
/// with MultiHead(Y, X', X') in the sum where there is cross attention, goes to a detection head and a prototype head.</summary>
/// <remarks>The paper has O = MultiHead alone: then a host's own state reaches the heads only as one share of a mean over all hosts. The sum is what makes it learn; with it, cross
/// attention brings nothing (docs/FAULTS.md).</remarks>
public sealed class MoeModel
{
    private MoeModel(MoeShape shape)
    {
        shape.Check();
        Shape = shape;
        Parameters = MoeParameters.Create(shape);
    }

    public MoeShape Shape { get; }

    public ParameterSet Parameters { get; }

    public static MoeModel Create(MoeShape shape, ulong seed)
    {
        var model = new MoeModel(shape);
        MoeParameters.Fill(model.Parameters, new SeededRandom(seed));
        return model;
    }

    /// <param name="block">As <see cref="ParameterSet.Block"/> of a model of this shape.</param>
    /// <exception cref="ArgumentException">The block has another length.</exception>
    public static MoeModel From(MoeShape shape, ReadOnlySpan<float> block)
    {
        var model = new MoeModel(shape);
        if (block.Length != model.Parameters.Length)
            throw new ArgumentException($"{block.Length} numbers for a model of {model.Parameters.Length}", nameof(block));
        block.CopyTo(model.Parameters.Block);
        return model;
    }

    public MoeModel Clone() => From(Shape, Parameters.Block);

    /// <summary>The same model with other experts: those of <paramref name="kept"/> in their order, then one for each row of <paramref name="added"/>,
    /// represented by it, with a threshold of 0 (so that inputs on its side of the origin wake it) and the weights of the kept expert most similar to it.</summary>
    public MoeModel WithExperts(IReadOnlyList<int> kept, IReadOnlyList<float[]> added)
    {
        var changed = new MoeModel(Shape with { Experts = kept.Count + added.Count });
        var (from, to) = (Parameters, changed.Parameters);
        foreach (var shape in from.Shapes)
        {
            if (!MoeParameters.OfExperts(shape.Name))
                from[shape.Name].CopyTo(to[shape.Name]);
        }
        var width = Shape.Width;
        for (var g = 0; g < kept.Count; g++)
        {
            CopyExpert(from, kept[g], to, g);
            from[MoeParameters.Representations].Slice(kept[g] * width, width).CopyTo(to[MoeParameters.Representations][(g * width)..]);
            to[MoeParameters.Thresholds][g] = from[MoeParameters.Thresholds][kept[g]];
        }
        for (var i = 0; i < added.Count; i++)
        {
            var g = kept.Count + i;
            CopyExpert(from, Nearest(added[i]), to, g);
            added[i].CopyTo(to[MoeParameters.Representations][(g * width)..]);
            to[MoeParameters.Thresholds][g] = 0;
        }
        return changed;
    }

    private int Nearest(ReadOnlySpan<float> direction)
    {
        var best = 0;
        var most = double.NegativeInfinity;
        for (var g = 0; g < Shape.Experts; g++)
        {
            var row = Parameters[MoeParameters.Representations].Slice(g * Shape.Width, Shape.Width);
            double dot = 0, length = 1e-12;
            for (var j = 0; j < row.Length; j++)
            {
                dot += row[j] * direction[j];
                length += row[j] * row[j];
            }
            if (dot / Math.Sqrt(length) > most)
                (best, most) = (g, dot / Math.Sqrt(length));
        }
        return best;
    }

    private static void CopyExpert(ParameterSet from, int source, ParameterSet to, int target)
    {
        foreach (var part in MoeParameters.ExpertParts)
            from[$"expert{source}.{part}"].CopyTo(to[$"expert{target}.{part}"]);
    }
}
