namespace Tocsin.Inference.Learning;

/// <summary>Where the two kinds of evidence become one number.</summary>
internal static class Evidence
{
    /// <summary>Both are in standard deviations of their own kind, 0..10.</summary>
    public static float Fuse(float values, float residuals) => (values + residuals) / 2;
}
