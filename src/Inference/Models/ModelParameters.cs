using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Models;

/// <summary>Names, shapes and first values of a model's parameters. A product is x W + b with W stored inputs x outputs.</summary>
internal static class ModelParameters
{
    public static ParameterSet Create(ModelShape shape) => new([.. Shapes(shape)]);

    /// <summary>Products: uniform with variance 2 / (inputs + outputs) (Glorot and Bengio 2010); what adds to the residual stream is smaller by
    /// 1 / sqrt(2 layers), so that the stream's variance does not grow with depth. Gains 1, biases 0. Then a path for the values themselves is laid
    /// through projection, attention and decoder (<see cref="Carry"/>).</summary>
    public static void Fill(ParameterSet parameters, ModelShape shape, ulong seed)
    {
        var random = new SeededRandom(seed);
        for (var i = 0; i < parameters.Shapes.Count; i++)
        {
            var of = parameters.Shapes[i];
            var leaf = of.Name[(of.Name.LastIndexOf('.') + 1)..];
            var values = parameters[i];
            if (leaf == "bias")
            {
                values.Clear();
            }
            else if (leaf == "gain")
            {
                values.Fill(of.Name == "position.gain" ? 0.1f : 1f);
            }
            else
            {
                var limit = of.Decays ? MathF.Sqrt(6f / (of.Rows + of.Columns)) : 0.05f;
                if (of.Name.Contains(".out.", StringComparison.Ordinal) || of.Name.Contains(".down.", StringComparison.Ordinal))
                    limit /= MathF.Sqrt(2 * shape.Layers);
                foreach (ref var value in values)
                    value = random.NextFloat(-limit, limit);
            }
        }
        Carry(parameters["input.weight"], shape.Width, 0, Math.Min(shape.Metrics, shape.Width), 1f);
        for (var l = 0; l < shape.Layers; l++)
        {
            Carry(parameters[$"layer{l}.qkv.weight"], 3 * shape.Width, 2 * shape.Width, shape.Width, 1f);
            Carry(parameters[$"layer{l}.out.weight"], shape.Width, 0, shape.Width, 1f / shape.Layers);
        }
        Carry(parameters["decoder.weight"], shape.Metrics, 0, Math.Min(shape.Metrics, shape.Width), 0.5f);
    }

    /// <summary>Some columns of a product become the identity times <paramref name="strength"/>, their noise a fifth of what it was. So an untrained model reconstructs
    /// something like the mean of what it sees of a metric, and learns the rest; from noise alone it has to find this mean first, which within the few
    /// hundred steps of a small pattern it does not (NodeSentry sample, deviations from the window's mean, R2 on masked entries of held-out segments:
    /// 0.62 against 0.57, where the mean itself has 0.56).</summary>
    private static void Carry(Span<float> weights, int columns, int first, int size, float strength)
    {
        for (var row = 0; row < weights.Length; row += columns)
        {
            foreach (ref var weight in weights.Slice(row + first, size))
                weight *= 0.2f;
        }
        for (var i = 0; i < size; i++)
            weights[(i * columns) + first + i] += strength;
    }

    private static IEnumerable<ParameterShape> Shapes(ModelShape s)
    {
        IEnumerable<ParameterShape> Linear(string name, int inputs, int outputs) =>
            [new($"{name}.weight", inputs, outputs, true), new($"{name}.bias", 1, outputs, false)];

        IEnumerable<ParameterShape> Norm(string name) =>
            [new($"{name}.gain", 1, s.Width, false), new($"{name}.bias", 1, s.Width, false)];

        List<ParameterShape> all = [.. Linear("input", 2 * s.Metrics, s.Width)];
        all.Add(new("position.gain", 1, s.Width, false));
        all.Add(new("logtime.weight", 1, s.Width, false));
        all.Add(new("segment.weight", s.SegmentIds, s.Width, false));
        for (var l = 0; l < s.Layers; l++)
        {
            all.AddRange(Norm($"layer{l}.norm1"));
            all.AddRange(Linear($"layer{l}.qkv", s.Width, 3 * s.Width));
            all.AddRange(Linear($"layer{l}.out", s.Width, s.Width));
            all.AddRange(Norm($"layer{l}.norm2"));
            all.Add(new($"layer{l}.router.weight", s.Width, s.Experts, true));
            for (var e = 0; e < s.Experts; e++)
            {
                all.AddRange(Linear($"layer{l}.expert{e}.up", s.Width, s.Hidden));
                all.AddRange(Linear($"layer{l}.expert{e}.down", s.Hidden, s.Width));
            }
        }
        all.AddRange(Norm("norm"));
        all.AddRange(Linear("decoder", s.Width, s.Metrics));
        return all;
    }
}
