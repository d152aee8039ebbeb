namespace Tocsin.Inference.Faults;

/// <summary>What was seen of all hosts in one interval. Immutable; the arrays it was given are its own.</summary>
public sealed class HostInterval
{
    private readonly float[] _values;
    private readonly HostEdge[] _edges;

    /// <param name="values">hosts x features, row-major, units as <see cref="HostFeatures"/> says; NaN = absent.</param>
    /// <param name="edges">Between hosts of this interval, in any order, at most one of a kind and direction.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or an edge names no host.</exception>
    public HostInterval(int hosts, int features, float[] values, HostEdge[] edges)
    {
        if (hosts < 1 || features < 1 || values.Length != checked(hosts * features))
            throw new ArgumentException($"{values.Length} values are not {hosts} hosts x {features} features", nameof(values));
        foreach (var edge in edges)
        {
            if ((uint)edge.From >= (uint)hosts || (uint)edge.To >= (uint)hosts || !(edge.Count > 0))
                throw new ArgumentException($"{edge} is no edge between two of {hosts} hosts", nameof(edges));
        }
        (Hosts, Features, _values, _edges) = (hosts, features, values, edges);
    }

    public int Hosts { get; }

    public int Features { get; }

    public ReadOnlySpan<float> Values => _values;

    public ReadOnlySpan<HostEdge> Edges => _edges;

    public ReadOnlySpan<float> Row(int host) => _values.AsSpan(host * Features, Features);
}
