using System.Globalization;

namespace Tocsin.Scale.Measure;

/// <summary>What <c>/metrics</c> says, by series as it is written there.</summary>
internal sealed class MetricsPage
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    private MetricsPage(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var blank = line.LastIndexOf(' ');
            // The one series of each node would only cost time.
            if (blank > 0 && line[0] != '#' && !line.StartsWith("tocsin_node_", StringComparison.Ordinal))
                _values[line[..blank]] = double.Parse(line[(blank + 1)..].Replace("+Inf", "Infinity"), CultureInfo.InvariantCulture);
        }
    }

    public static async Task<MetricsPage> GetAsync(HttpClient client, Uri url) => new(await client.GetStringAsync(url));

    /// <summary>The sum over all labels.</summary>
    public double this[string name] => _values.Where(v => v.Key == name || v.Key.StartsWith(name + "{", StringComparison.Ordinal)).Sum(v => v.Value);

    public Histogram Histogram(string name) => new(
        [.. _values.Where(v => v.Key.StartsWith(name + "_bucket{le=\"", StringComparison.Ordinal))
            .Select(v => (Bound(v.Key), v.Value)).OrderBy(v => v.Item1)]);

    private static double Bound(string series)
    {
        var text = series[(series.IndexOf("le=\"", StringComparison.Ordinal) + 4)..series.LastIndexOf('"')];
        return text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
    }
}

/// <summary>How many were at most each bound.</summary>
internal sealed record Histogram((double Bound, double Count)[] Buckets)
{
    public double Count => Buckets.Length == 0 ? 0 : Buckets[^1].Count;

    /// <summary>What came since an earlier reading.</summary>
    public Histogram Since(Histogram earlier) => earlier.Buckets.Length == 0 ? this : new([.. Buckets.Zip(earlier.Buckets, (now, then) => (now.Bound, now.Count - then.Count))]);

    /// <summary>The bound of the bucket that the quantile lies in; NaN where there is nothing. So the true value is at most this.</summary>
    public double AtMost(double share) => Count == 0 ? double.NaN : Buckets.First(b => b.Count >= share * Count).Bound;

    /// <summary>The same, in the bucket by even division.</summary>
    public double Quantile(double share)
    {
        var at = Array.FindIndex(Buckets, b => b.Count >= share * Count);
        if (Count == 0 || double.IsInfinity(Buckets[at].Bound))
            return Count == 0 ? double.NaN : double.PositiveInfinity;
        var (low, below) = at == 0 ? (0, 0) : Buckets[at - 1];
        return low + ((Buckets[at].Bound - low) * ((share * Count) - below) / (Buckets[at].Count - below));
    }
}
