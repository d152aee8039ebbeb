using System.Runtime.Intrinsics.X86;
using Tocsin.Shared;

namespace Tocsin.Inference.Tensors;

/// <summary>Which instructions the kernels use. Each path gives the same bits on every run; two paths differ by rounding only.</summary>
public enum SimdPath
{
    /// <summary>128-bit vectors, multiply and add rounded apart: runs everywhere.</summary>
    Portable = 0,

    /// <summary>256-bit vectors with fused multiply-add.</summary>
    Avx2 = 1,

    /// <summary>512-bit vectors with fused multiply-add.</summary>
    Avx512 = 2,
}

/// <summary>The choice of a path: the widest one of the processor, unless the environment variable names another.</summary>
public static class SimdPaths
{
    public const string Variable = "TOCSIN_SIMD";

    private static readonly Lazy<SimdPath> Choice =
        new(() => Parse(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>What this processor can run, the narrowest first.</summary>
    public static IReadOnlyList<SimdPath> Available { get; } = Detect();

    /// <summary>Made once, at the first use.</summary>
    /// <exception cref="BadDataException">The variable names no path, or one that this processor lacks.</exception>
    public static SimdPath Chosen => Choice.Value;

    internal static SimdPath Parse(string? wanted)
    {
        if (string.IsNullOrWhiteSpace(wanted))
            return Available[^1];
        foreach (var path in Enum.GetValues<SimdPath>())
        {
            if (!string.Equals(path.ToString(), wanted.Trim(), StringComparison.OrdinalIgnoreCase))
                continue;
            return Available.Contains(path)
                ? path
                : throw new BadDataException($"{Variable}: '{wanted}' is not to be had on this processor; it has {Listed}; unset it or name one of these");
        }
        throw new BadDataException($"{Variable}: '{wanted}' is no instruction path; expected one of {Listed}");
    }

    private static string Listed => string.Join(", ", Available).ToLowerInvariant();

    private static SimdPath[] Detect()
    {
        List<SimdPath> found = [SimdPath.Portable];
        if (Avx2.IsSupported && Fma.IsSupported)
            found.Add(SimdPath.Avx2);
        if (Avx512F.IsSupported && Avx512F.VL.IsSupported)
            found.Add(SimdPath.Avx512);
        return [.. found];
    }
}
