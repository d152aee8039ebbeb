namespace Tocsin.Inference.Faults.Moe;

/// <summary>Hosts of one or several intervals: the rows of an interval are a group, and attention stays within it. Used again and again.</summary>
public sealed class MoeBatch(int columns)
{
    private readonly List<int> _starts = [0];
    private float[] _inputs = [];
    private int[] _labels = [];

    public int Columns => columns;

    public int Rows => _starts[^1];

    public int Groups => _starts.Count - 1;

    /// <summary>First row of each group, and the number of rows.</summary>
    public IReadOnlyList<int> Starts => _starts;

    public HostGraph Graph { get; } = new();

    /// <summary>Rows x columns.</summary>
    public Span<float> Inputs => _inputs.AsSpan(0, Rows * columns);

    /// <summary>The class of each row, 0 = no fault; -1: not known.</summary>
    public Span<int> Labels => _labels.AsSpan(0, Rows);

    /// <summary>Rows x forecasts, NaN = not there; empty where nothing is foretold. Filled by the caller after the last <see cref="Add"/>.</summary>
    public float[] Targets { get; set; } = [];

    public void Clear()
    {
        _starts.Clear();
        _starts.Add(0);
        Graph.Clear();
    }

    /// <summary>Appends a group whose inputs and labels the caller fills.</summary>
    public int Add(int hosts, ReadOnlySpan<AgedEdge> edges)
    {
        var first = Rows;
        _starts.Add(first + hosts);
        if (_inputs.Length < Rows * columns)
            Array.Resize(ref _inputs, Math.Max(Rows * columns, 2 * _inputs.Length));
        if (_labels.Length < Rows)
            Array.Resize(ref _labels, Math.Max(Rows, 2 * _labels.Length));
        Graph.Add(hosts, edges);
        return first;
    }
}
