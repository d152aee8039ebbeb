using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Training;

/// <summary>Draws which entries of a training window are hidden from the model: what scoring hides, and what keeps the model honest.</summary>
/// <remarks>
/// Half of the windows hide one or two groups of metrics at all frames (so that a metric's own past cannot be copied), a third hide every metric of the
/// newest frames, the rest hide entries at random.
/// </remarks>
public sealed class HidingPlan(HiddenGroups groups)
{
    private static readonly int[] Tails = [1, 2, 3, 5, 10, 15, 20];

    public HiddenGroups Groups => groups;

    /// <param name="hide">Row-major (frames x metrics); 1 = hidden. Overwritten.</param>
    public void Draw(SeededRandom random, Span<float> hide, int frames)
    {
        hide.Clear();
        var metrics = hide.Length / frames;
        var kind = random.NextFloat();
        if (kind < 0.5f)
        {
            var count = Math.Min(groups.Count, random.NextInt(2) + 1);
            var first = random.NextInt(groups.Count);
            var second = count > 1 ? random.NextInt(groups.Count) : first;
            var from = random.NextFloat() < 0.3f ? frames - 1 - random.NextInt(frames) : frames;
            for (var t = 0; t < frames; t++)
            {
                for (var m = 0; m < metrics; m++)
                {
                    var group = groups.GroupOf[m];
                    hide[(t * metrics) + m] = group == first || group == second || t >= from ? 1 : 0;
                }
            }
        }
        else if (kind < 0.8f)
        {
            var tail = Math.Min(frames, Tails[random.NextInt(Tails.Length)]);
            hide[((frames - tail) * metrics)..].Fill(1);
        }
        else
        {
            var share = random.NextFloat(0.2f, 0.6f);
            for (var i = 0; i < hide.Length; i++)
                hide[i] = random.NextFloat() < share ? 1 : 0;
        }
    }
}
