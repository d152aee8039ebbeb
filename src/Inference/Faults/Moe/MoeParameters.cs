using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>Names, shapes and first values of a fault model's parameters. A product is x W + b with W stored inputs x outputs.</summary>
internal static class MoeParameters
{
    public const string Representations = "gate.experts";
    public const string Thresholds = "gate.thresholds";
    public const string Prototypes = "prototypes";

    public static readonly string[] ExpertParts = ["up.weight", "up.bias", "down.weight", "down.bias"];

    public static ParameterSet Create(MoeShape shape) => new([.. Shapes(shape)]);

    /// <summary>What online tuning changes; everything else is frozen then.</summary>
    public static bool OfExperts(string name) => name.StartsWith("expert", StringComparison.Ordinal) || name.StartsWith("gate.", StringComparison.Ordinal);

    /// <summary>Products: uniform with variance 2 / (inputs + outputs) (Glorot and Bengio 2010). Gains 1, biases and thresholds 0, prototypes in 0..1 as the paper
    /// has them, representations in -1..1: directions at random. Cross attention begins silent: what it adds starts at 0 and grows where it helps.</summary>
    public static void Fill(ParameterSet parameters, SeededRandom random)
    {
        for (var i = 0; i < parameters.Shapes.Count; i++)
        {
            var of = parameters.Shapes[i];
            var values = parameters[i];
            if (of.Name.EndsWith(".gain", StringComparison.Ordinal))
            {
                values.Fill(1);
                continue;
            }
            var (low, high) = of.Name switch
            {
                "out.weight" => (0f, 0f),
                Prototypes => (0f, 1f),
                Representations => (-1f, 1f),
                "edge.weight" => (-0.3f, 0.3f),
                _ when of.Decays => (-Limit(of), Limit(of)),
                _ => (0f, 0f),
            };
            foreach (ref var value in values)
                value = low + ((high - low) * random.NextFloat());
        }
    }

    private static float Limit(ParameterShape of) => MathF.Sqrt(6f / (of.Rows + of.Columns));

    private static IEnumerable<ParameterShape> Shapes(MoeShape s)
    {
        static IEnumerable<ParameterShape> Linear(string name, int inputs, int outputs) =>
            [new($"{name}.weight", inputs, outputs, true), new($"{name}.bias", 1, outputs, false)];

        IEnumerable<ParameterShape> Norm(string name) => [new($"{name}.gain", 1, s.Width, false), new($"{name}.bias", 1, s.Width, false)];

        List<ParameterShape> all =
        [
            .. Linear("token", s.Token, s.Width), .. Norm("token.norm"), .. Linear("token.up", s.Width, s.TokenHidden), .. Linear("token.down", s.TokenHidden, s.Width),
            .. Norm("read.norm"), .. Linear("read.keyvalue", s.Width, 2 * s.Width),
        ];
        foreach (var reader in (string[])["stay", "leave"])
        {
            all.AddRange(Linear($"{reader}.query", s.Width, s.Width));
            all.AddRange(Linear($"{reader}.out", s.Width, s.Width));
            all.AddRange(Norm($"{reader}.inner.norm"));
            all.AddRange(Linear($"{reader}.up", s.Width, s.ReadHidden));
            all.AddRange(Linear($"{reader}.down", s.ReadHidden, s.Width));
            all.AddRange(Norm($"{reader}.norm"));
        }
        all.Add(new("edge.state.weight", s.Width, s.Width, true));
        all.Add(new("edge.value.weight", s.Width, s.Width, true));
        all.Add(new("edge.offset", MoeShape.EdgeTypes, s.Width, false));
        all.Add(new("edge.slope", MoeShape.EdgeTypes, s.Width, false));
        all.Add(new("edge.gain", MoeShape.EdgeTypes, s.Width, false));
        all.Add(new("edge.message", MoeShape.EdgeTypes, s.Width, false));
        all.Add(new("edge.weight", 1, s.Width, false));
        all.AddRange(Norm("graph.norm"));
        all.Add(new(Representations, s.Experts, s.Width, false));
        all.Add(new(Thresholds, 1, s.Experts, false));
        for (var g = 0; g < s.Experts; g++)
        {
            all.AddRange(Linear($"expert{g}.up", s.Width, s.ExpertHidden));
            all.AddRange(Linear($"expert{g}.down", s.ExpertHidden, s.Width));
        }
        if (s.CrossAttention)
        {
            all.AddRange(Linear("query", s.Width, s.Width));
            all.AddRange(Linear("keyvalue", s.Width, 2 * s.Width));
            all.AddRange(Linear("out", s.Width, s.Width));
        }
        all.AddRange(Norm("norm"));
        if (s.Forecasts > 0)
            all.AddRange(Linear("forecast", s.Width, s.Forecasts));
        all.AddRange(Linear("detect", s.Width, 2));
        all.AddRange(Linear("class", s.Width, s.Prototype));
        all.Add(new(Prototypes, s.Faults, s.Prototype, false));
        return all;
    }
}
