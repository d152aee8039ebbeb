namespace Tocsin.Inference.Scoring;

/// <summary>The last rows of one segment's signal, and how many there were in all.</summary>
internal sealed class RowRing(int metrics, int length)
{
    private float[] _rows = new float[length * metrics];

    public int Metrics => metrics;

    /// <summary>Rows since the segment's start, those no longer kept among them.</summary>
    public int Total { get; private set; }

    public int Length { get; private set; } = length;

    public int Kept { get; private set; }

    /// <summary>Where the next row is to be written; it holds what stood there before.</summary>
    public Span<float> Next()
    {
        Kept = Math.Min(Kept + 1, Length);
        return Slot(Total++);
    }

    /// <param name="back">0 = the newest; below <see cref="Kept"/>.</param>
    public ReadOnlySpan<float> Back(int back) => Slot(Total - 1 - back);

    /// <summary>Keeps fewer rows from now on.</summary>
    public void Shrink(int to)
    {
        if (to >= Length)
            return;
        var rows = new float[to * metrics];
        var kept = Math.Min(Kept, to);
        for (var back = 0; back < kept; back++)
            Back(back).CopyTo(rows.AsSpan((Total - 1 - back) % to * metrics));
        (_rows, Length, Kept) = (rows, to, kept);
    }

    /// <summary>Oldest first.</summary>
    public float[] ToArray()
    {
        var rows = new float[Kept * metrics];
        for (var back = 0; back < Kept; back++)
            Back(back).CopyTo(rows.AsSpan((Kept - 1 - back) * metrics));
        return rows;
    }

    /// <param name="total">Rows since the segment's start, the newest of which are <paramref name="rows"/>.</param>
    public void Restore(int total, ReadOnlySpan<float> rows)
    {
        (Total, Kept) = (total - (rows.Length / metrics), 0);
        for (var at = 0; at < rows.Length; at += metrics)
            rows.Slice(at, metrics).CopyTo(Next());
    }

    private Span<float> Slot(int row) => _rows.AsSpan(row % Length * metrics, metrics);
}
