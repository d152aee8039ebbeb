namespace Tocsin.Inference.Evaluation;

/// <summary>What chance alone reaches, as a mean over draws: alarms thrown on frames, and the method's own alarms moved along time.</summary>
internal sealed class RandomReference(FrameTable table, MethodEvaluator evaluator, EvalOptions options)
{
    private const long MostFrameDraws = 10_000_000;

    private int Draws => (int)Math.Clamp(MostFrameDraws / Math.Max(1, table.Frames), 5, Math.Max(5, options.RandomDraws));

    /// <summary>Each frame alarmed independently, as often as ours are; scores uniform.</summary>
    public MethodFigures Independent(bool[] ours)
    {
        long kept = 0, alarmed = 0;
        for (var i = 0; i < table.Frames; i++)
        {
            kept += table.Kept[i] ? 1 : 0;
            alarmed += table.Kept[i] && ours[i] ? 1 : 0;
        }
        var share = kept == 0 ? 0 : (double)alarmed / kept;
        return Mean("random, same share alarmed", random =>
        {
            var scores = new double[table.Frames];
            var alarms = new bool[table.Frames];
            for (var i = 0; i < scores.Length; i++)
            {
                scores[i] = random.NextDouble();
                alarms[i] = scores[i] > 1 - share;
            }
            return (scores, alarms);
        });
    }

    /// <summary>Our scores and alarms turned around each node's time by a random distance: as many episodes as ours, as long as ours, at the wrong times.</summary>
    public MethodFigures Shifted(double[] scores, bool[] ours) => Mean("own alarms, shifted in time", random =>
    {
        var movedScores = new double[table.Frames];
        var moved = new bool[table.Frames];
        for (var node = 0; node < table.Nodes.Count; node++)
        {
            var (from, length) = (table.Offsets[node], table.Offsets[node + 1] - table.Offsets[node]);
            var by = length == 0 ? 0 : random.Next(length);
            for (var i = 0; i < length; i++)
            {
                var to = from + (i + by) % length;
                moved[to] = ours[from + i];
                movedScores[to] = scores[from + i];
            }
        }
        return (movedScores, moved);
    });

    private MethodFigures Mean(string name, Func<Random, (double[] Scores, bool[] Alarms)> draw)
    {
        var all = Enumerable.Range(0, Draws).Select(d =>
        {
            var (scores, alarms) = draw(new Random(unchecked(options.Seed * 1_000_003 + d)));
            return evaluator.Evaluate(name, scores, alarms);
        }).ToArray();
        double Of(Func<MethodFigures, double> figure) => all.Select(figure).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
        return new MethodFigures(name, Of(f => f.AucRoc), Of(f => f.AucPr), all[0].Events, Of(f => f.Found), Of(f => f.NormalAlarmed), Of(f => f.FalseEpisodes),
            Of(f => f.FalsePerHour), Of(f => f.CalmFalsePerHour), Of(f => f.DelayMedian), Of(f => f.DelayP90), Of(f => f.Coverage));
    }
}
