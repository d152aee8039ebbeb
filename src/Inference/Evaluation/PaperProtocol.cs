using Tocsin.Inference.Scoring;

namespace Tocsin.Inference.Evaluation;

public sealed record PaperFigures(double Precision, double Recall, double F1, double AucRoc, double AucPr);

/// <summary>The protocol of NodeSentry's section 4.1.4 with nothing trimmed: a sliding k-sigma threshold per file, P, R and AUC averaged over the files
/// that hold a fault, F1 from the averages. For comparison with published figures only.</summary>
public static class PaperProtocol
{
    /// <param name="window">Scores that the threshold looks back on, the current one excluded.</param>
    /// <returns>Raw, and point-adjusted. Null where no file holds a fault.</returns>
    /// <remarks>Frames without score or label are passed over.</remarks>
    public static (PaperFigures Raw, PaperFigures Adjusted)? Evaluate(IEnumerable<ScoreSegment> files, int window = 60, double k = 3)
    {
        var raw = new List<PaperFigures>();
        var adjusted = new List<PaperFigures>();
        foreach (var file in files)
        {
            int[] known = [.. Enumerable.Range(0, file.Frames).Where(i => file.Labels[i] >= 0 && !double.IsNaN(file.Scores[i]))];
            double[] scores = [.. known.Select(i => file.Scores[i])];
            bool[] positive = [.. known.Select(i => file.Labels[i] == 1)];
            if (!positive.Contains(true))
                continue;
            var alarms = KSigmaBatch.Alarms(scores, window, k);
            raw.Add(Figures(alarms, scores, positive));
            adjusted.Add(Figures(PointAdjustment.Adjust(alarms, positive), PointAdjustment.Adjust(scores, positive), positive));
        }
        return raw.Count == 0 ? null : (Average(raw), Average(adjusted));
    }

    private static PaperFigures Figures(bool[] alarms, double[] scores, bool[] positive)
    {
        var (precision, recall, f1) = PointAdjustment.PrecisionRecall(alarms, positive);
        var (roc, pr) = new Ranking(scores, positive).Areas();
        return new PaperFigures(precision, recall, f1, roc, pr);
    }

    private static PaperFigures Average(List<PaperFigures> files)
    {
        var precision = files.Average(f => f.Precision);
        var recall = files.Average(f => f.Recall);
        return new PaperFigures(precision, recall, PointAdjustment.F1(precision, recall), files.Average(f => f.AucRoc), files.Average(f => f.AucPr));
    }
}
