namespace Tocsin.Inference.Evaluation;

/// <summary>Everything that is said of one method, given its scores and its alarms on the frames of a table.</summary>
internal sealed class MethodEvaluator
{
    private readonly FrameTable _table;
    private readonly EvalOptions _options;
    private readonly double _normalHours;
    private readonly double _calmHours;

    public MethodEvaluator(FrameTable table, EvalOptions options)
    {
        _table = table;
        _options = options;
        Judged = [.. Enumerable.Range(0, table.Frames).Where(i => table.Kept[i] && table.Labels[i] >= 0)];
        Positive = [.. Judged.Select(i => table.Labels[i] == 1)];
        for (var node = 0; node < table.Nodes.Count; node++)
        {
            for (var i = table.Offsets[node]; i < table.Offsets[node + 1]; i++)
            {
                _normalHours += table.Kept[i] && table.Labels[i] == 0 ? table.CadenceMs[node] / 3_600_000 : 0;
                _calmHours += table.Calm[i] ? table.CadenceMs[node] / 3_600_000 : 0;
            }
        }
    }

    /// <summary>The frames outside the margins whose truth is known, and whether each is faulty.</summary>
    public int[] Judged { get; }

    public bool[] Positive { get; }

    public double NormalHours => _normalHours;

    public double CalmHours => _calmHours;

    public EventMatch Match(bool[] alarms) => EventMatch.Of(_table, Episodes.Find(_table, alarms, _options.MergeGap), _options);

    public MethodFigures Evaluate(string name, double[] scores, bool[] alarms) => Evaluate(name, scores, alarms, Match(alarms));

    public MethodFigures Evaluate(string name, double[] scores, bool[] alarms, EventMatch match)
    {
        var (roc, pr) = new Ranking([.. Judged.Select(i => scores[i])], Positive).Areas();
        var counted = match.Events.Count(e => e.Counted);
        var delays = match.Events.Where(e => e is { Counted: true, DelayMs: not null }).Select(e => e.DelayMs!.Value / 1000).Order().ToArray();
        var falseEpisodes = match.FalseEpisodes.Count(f => f);
        var calmFalse = CalmFalse(match);
        long normal = 0, alarmed = 0, kept = 0, scored = 0;
        for (var i = 0; i < _table.Frames; i++)
        {
            if (!_table.Kept[i])
                continue;
            kept++;
            scored += double.IsNaN(scores[i]) ? 0 : 1;
            normal += _table.Labels[i] == 0 ? 1 : 0;
            alarmed += _table.Labels[i] == 0 && alarms[i] ? 1 : 0;
        }
        return new MethodFigures(name, roc, pr, counted, delays.Length, Share(alarmed, normal), falseEpisodes, falseEpisodes / OrNaN(_normalHours),
            calmFalse / OrNaN(_calmHours), Quantile(delays, 0.5), Quantile(delays, 0.9), Share(scored, kept));
    }

    public int CalmFalse(EventMatch match)
    {
        var count = 0;
        for (var p = 0; p < match.Episodes.Count; p++)
            count += match.FalseEpisodes[p] && _table.Calm[match.Episodes[p].First] ? 1 : 0;
        return count;
    }

    /// <summary>The alarms of a score at the threshold that alarms as large a share of normal frames as <paramref name="share"/>, or the next smaller one where scores are tied.</summary>
    public bool[] AlarmsAtShare(double[] scores, double share)
    {
        var normal = new List<double>();
        for (var n = 0; n < Judged.Length; n++)
        {
            if (!Positive[n])
                normal.Add(double.IsNaN(scores[Judged[n]]) ? double.NegativeInfinity : scores[Judged[n]]);
        }
        var alarms = new bool[scores.Length];
        if (normal.Count == 0)
            return alarms;
        normal.Sort();
        var above = (int)Math.Round(share * normal.Count);
        var threshold = above >= normal.Count ? double.NegativeInfinity : normal[normal.Count - 1 - above];
        for (var i = 0; i < scores.Length; i++)
            alarms[i] = scores[i] > threshold;
        return alarms;
    }

    /// <summary>Linear between order statistics, as numpy does; NaN for nothing.</summary>
    public static double Quantile(double[] sorted, double q)
    {
        if (sorted.Length == 0)
            return double.NaN;
        var at = q * (sorted.Length - 1);
        var low = (int)at;
        return low + 1 < sorted.Length ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
    }

    private static double Share(double part, double whole) => whole == 0 ? double.NaN : part / whole;

    private static double OrNaN(double hours) => hours > 0 ? hours : double.NaN;
}
