using System.Globalization;
using Tocsin.Inference.Faults;

namespace Tocsin.Daemon.Benches.Faults;

/// <summary>Figures of methods over seeds: mean and sample deviation, as a table and by name. Filled from several threads.</summary>
internal sealed class FaultTable
{
    private static readonly (string Name, Func<FaultFigures, double> Of)[] Columns =
    [
        ("accuracy", f => f.Accuracy), ("precision", f => f.Precision), ("recall", f => f.Recall), ("f1", f => f.F1),
        ("hr", f => f.HitRate), ("ndcg", f => f.Ndcg), ("macro_hr1", f => f.MacroHit),
    ];

    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string Truth, int Order), (string Method, List<FaultFigures> Runs)> _rows = [];

    public void Add(string truth, int order, string method, FaultFigures figures)
    {
        lock (_gate)
        {
            if (!_rows.TryGetValue((truth, order), out var row))
                _rows[(truth, order)] = row = (method, []);
            row.Runs.Add(figures);
        }
    }

    public void Print(TextWriter to)
    {
        lock (_gate)
        {
            foreach (var truth in _rows.GroupBy(r => r.Key.Truth))
            {
                to.WriteLine();
                to.WriteLine($"{truth.Key,-22}{string.Concat(Columns.Select(c => $"{c.Name,16}"))}");
                foreach (var (_, (method, runs)) in truth)
                    to.WriteLine($"{method,-22}{string.Concat(Columns.Select(c => $"{Text(runs.Select(c.Of)),16}"))}");
            }
        }
    }

    /// <summary>truth/method/figure, its mean and with _sd its deviation.</summary>
    public void Write(Dictionary<string, double> figures)
    {
        lock (_gate)
        {
            foreach (var ((truth, _), (method, runs)) in _rows)
            {
                foreach (var (name, of) in Columns)
                {
                    var (mean, deviation) = Moments(runs.Select(of));
                    if (double.IsFinite(mean))
                        figures[$"{truth}/{method}/{name}"] = mean;
                    if (double.IsFinite(deviation))
                        figures[$"{truth}/{method}/{name}_sd"] = deviation;
                }
            }
        }
    }

    private static string Text(IEnumerable<double> values)
    {
        var (mean, deviation) = Moments(values);
        return double.IsNaN(mean) ? "-" : string.Create(CultureInfo.InvariantCulture, $"{mean:F4} ± {deviation:F4}");
    }

    private static (double Mean, double Deviation) Moments(IEnumerable<double> values)
    {
        double[] known = [.. values.Where(double.IsFinite)];
        if (known.Length == 0)
            return (double.NaN, double.NaN);
        var mean = known.Average();
        return (mean, known.Length > 1 ? Math.Sqrt(known.Sum(v => (v - mean) * (v - mean)) / (known.Length - 1)) : 0);
    }
}
