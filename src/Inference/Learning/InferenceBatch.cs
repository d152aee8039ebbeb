namespace Tocsin.Inference.Learning;

/// <summary>Windows of many segments, of any mix of patterns and libraries, that are computed together; used again and again.</summary>
/// <remarks>A window is not copied: its scorer takes no frame until it is completed, so what a computing thread reads stays as it is.</remarks>
public sealed class InferenceBatch
{
    private readonly List<SegmentScorer> _scorers = [];
    private readonly List<int> _offsets = [];
    private float[] _residuals = [];
    private int _used;

    public int Count => _scorers.Count;

    public SegmentScorer this[int index] => _scorers[index];

    /// <param name="scorer">Waits for its residual.</param>
    public void Add(SegmentScorer scorer)
    {
        if (!scorer.Pending)
            throw new ArgumentException($"no frame of {scorer.Segment.Node} waits for a residual", nameof(scorer));
        _scorers.Add(scorer);
        _offsets.Add(_used);
        _used += scorer.Library.Metrics;
    }

    public void Clear()
    {
        _scorers.Clear();
        _offsets.Clear();
        _used = 0;
    }

    /// <summary>Per metric value - reconstruction, standardised; 0 where the value is missing. To be read after the batch was computed.</summary>
    public ReadOnlySpan<float> Residual(int index) => Slot(index);

    internal Span<float> Slot(int index) => _residuals.AsSpan(_offsets[index], _scorers[index].Library.Metrics);

    /// <summary>Room for all results; before the computing threads begin.</summary>
    internal void Reserve()
    {
        if (_residuals.Length < _used)
            _residuals = new float[Math.Max(_used, 2 * _residuals.Length)];
    }
}
