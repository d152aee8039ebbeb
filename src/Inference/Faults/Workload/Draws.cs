using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Workload;

/// <summary>Distributions over the repository's own generator.</summary>
internal static class Draws
{
    /// <summary>Box and Muller (1958); the second number of the pair is thrown away, so that a draw is a draw.</summary>
    public static float Gaussian(this SeededRandom random)
    {
        var radius = MathF.Sqrt(-2 * MathF.Log(1 - random.NextFloat()));
        return radius * MathF.Cos(2 * MathF.PI * random.NextFloat());
    }

    public static bool Chance(this SeededRandom random, float probability) => random.NextFloat() < probability;

    /// <summary>Log-normal with median 1; one in twenty from a Pareto tail (index 2.5) on top of it, bounded at 4: heavy as the traces are.</summary>
    public static float HeavyScale(this SeededRandom random, float sigma)
    {
        var scale = MathF.Exp(sigma * random.Gaussian());
        if (random.Chance(0.05f))
            scale *= MathF.Pow(1 - random.NextFloat(), -1 / 2.5f);
        return Math.Clamp(scale, 0.25f, 4f);
    }
}
