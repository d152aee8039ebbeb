using System.Globalization;
using System.Text;

namespace Tocsin.Scale.Stream;

internal enum Movement
{
    Constant,
    Gauge,
    Counter,
}

/// <summary>One series that every node has.</summary>
/// <param name="Labels">Sorted, without <c>instance</c> and <c>job</c>.</param>
/// <param name="Size">A busy node's value, or its rise a second.</param>
/// <param name="Step">What the exporter's values are multiples of.</param>
internal sealed record NodeSeries(string Name, IReadOnlyList<(string Name, string Value)> Labels, Movement Movement, double Size, double Step)
{
    /// <summary>100 that are metrics of a node, or parts of some, by the catalogue that comes with Tocsin.</summary>
    public static IReadOnlyList<NodeSeries> All { get; } = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "series.txt")).Where(l => l[0] != '#').Select(Parse)];

    /// <summary>As Prometheus writes it, up to the value.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder(Name);
            foreach (var (name, value) in Labels)
                text.Append(name == Labels[0].Name ? '{' : ',').Append(CultureInfo.InvariantCulture, $"{name}=\"{value}\"");
            return text.Append(Labels.Count > 0 ? "}" : "").ToString();
        }
    }

    private static NodeSeries Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var brace = words[2].IndexOf('{');
        var name = brace < 0 ? words[2] : words[2][..brace];
        var labels = brace < 0 ? [] : words[2][(brace + 1)..^1].Split(',').Select(l => (l[..l.IndexOf('=')], l[(l.IndexOf('=') + 2)..^1])).ToArray();
        var step = name.EndsWith("_bytes", StringComparison.Ordinal) ? 4096
            : name.Contains("pressure", StringComparison.Ordinal) || name.Contains("schedstat", StringComparison.Ordinal) ? 1e-6
            : name.Contains("_seconds", StringComparison.Ordinal) ? (name.Contains("disk", StringComparison.Ordinal) ? 1e-3 : 1e-2)
            : 1;
        return new NodeSeries(name, labels, Enum.Parse<Movement>(words[0], ignoreCase: true), double.Parse(words[1], CultureInfo.InvariantCulture), step);
    }
}
