namespace Tocsin.Shared.Flow;

/// <summary>Stage 3: which pattern a segment's head was matched to.</summary>
/// <param name="Pattern">Index in the library; -1 = unmatched.</param>
/// <param name="Nearest">The nearest pattern, also when it was beyond the radius.</param>
/// <param name="Distance">To the nearest pattern's centroid, in units of its radius (1 = on the radius).</param>
/// <param name="Confidence">0..1.</param>
/// <param name="HeadFrames">How many frames of the segment the match rests on.</param>
public readonly record struct SegmentMatch(int Pattern, int Nearest, float Distance, float Confidence, int HeadFrames)
{
    public bool Matched => Pattern >= 0;
}
