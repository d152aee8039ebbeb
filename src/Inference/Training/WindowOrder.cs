using System.Runtime.InteropServices;
using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Training;

/// <summary>Which windows one pass sees, and in what order.</summary>
internal static class WindowOrder
{
    /// <param name="ends">Overwritten: newest frames of the windows. Every stride-th frame of each segment from a drawn one on, so that all frames are seen
    /// over the passes; shuffled over all segments, so that a batch is no stretch of one of them.</param>
    public static void Draw(IReadOnlyList<TrainingSegment> segments, int stride, SeededRandom random, List<(int Segment, int Frame)> ends)
    {
        ends.Clear();
        for (var s = 0; s < segments.Count; s++)
        {
            for (var frame = segments[s].Segment.Frames - 1 - random.NextInt(stride); frame > 0; frame -= stride)
                ends.Add((s, frame));
        }
        random.Shuffle(CollectionsMarshal.AsSpan(ends));
    }
}
