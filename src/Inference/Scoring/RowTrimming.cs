namespace Tocsin.Inference.Scoring;

/// <summary>Leaves the strangest frames out of training: it may hold faults, and nobody labelled them.</summary>
public static class RowTrimming
{
    /// <param name="share">Of all frames, 0..0.5.</param>
    /// <param name="score">Higher is stranger; gets a frame and its pattern.</param>
    public static IReadOnlyList<TrainingRows> WithoutStrangest(IReadOnlyList<TrainingRows> training, int metrics, double share, RowScore score)
    {
        var scores = training.Select(block =>
        {
            var own = new float[block.Rows.Length / metrics];
            for (var i = 0; i < own.Length; i++)
                own[i] = score(block.Rows.Span.Slice(i * metrics, metrics), block.Pattern);
            return own;
        }).ToArray();
        var sorted = scores.SelectMany(s => s).Order().ToArray();
        if (sorted.Length == 0 || share <= 0)
            return training;
        var limit = sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * (1 - share)) - 1)];
        return [.. training.Select((block, b) => new TrainingRows(Kept(block, metrics, scores[b], limit), block.Pattern))];
    }

    private static float[] Kept(TrainingRows block, int metrics, float[] scores, float limit)
    {
        var kept = new float[scores.Count(s => s <= limit) * metrics];
        for (int i = 0, at = 0; i < scores.Length; i++)
        {
            if (!(scores[i] <= limit))
                continue;
            block.Rows.Span.Slice(i * metrics, metrics).CopyTo(kept.AsSpan(at));
            at += metrics;
        }
        return kept;
    }
}

public delegate float RowScore(ReadOnlySpan<float> row, int pattern);
