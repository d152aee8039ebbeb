namespace Tocsin.Inference.Patterns;

/// <summary>Length-free features of some segments, each as a whole and of its two halves: three tables of the same rows.</summary>
public sealed record SegmentHalves(VectorTable Whole, VectorTable First, VectorTable Second);
