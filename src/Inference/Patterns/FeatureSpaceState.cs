namespace Tocsin.Inference.Patterns;

/// <summary>How features become coordinates; plain arrays, for the library file.</summary>
/// <param name="Metrics">Metrics that features are taken of.</param>
/// <param name="Columns">Per coordinate its place in the metrics x features matrix, rising.</param>
/// <param name="Centre">Per coordinate the training segments' median, length-free.</param>
/// <param name="InverseScale">Per coordinate 1 / robust standard deviation.</param>
/// <param name="Weight">Per coordinate; the squares sum to 1: a distance is about a root mean square difference of robust z.</param>
/// <param name="Clip">z is bounded to +-this.</param>
public sealed record FeatureSpaceState(int Metrics, int[] Columns, float[] Centre, float[] InverseScale, float[] Weight, float Clip);
