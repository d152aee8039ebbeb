namespace Tocsin.Inference.Patterns;

/// <summary>Rows of float32 values in one block of memory, each row on a 64-byte border and padded with zeros to whole vectors of 16.</summary>
public sealed unsafe class VectorTable
{
    internal const int Lanes = 16;

    private readonly float* _start;
    private readonly int[]? _rows;
    private readonly int _fullWidth;

    // Pinned on its own heap: the pointer stays valid for as long as the table (or a view of it) is held.
    private readonly float[] _data;

    /// <param name="count">0 or more.</param>
    /// <param name="width">Values a row, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than 2^31 values.</exception>
    public VectorTable(int count, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Count = count;
        Width = _fullWidth = width;
        Stride = Padded(width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(((long)count * Stride) + Lanes, Array.MaxLength, nameof(count));
        _data = GC.AllocateArray<float>((count * Stride) + Lanes, pinned: true);
        fixed (float* first = _data)
            _start = (float*)(((nint)first + 63) & ~63);
    }

    private VectorTable(VectorTable source, int[] rows)
    {
        Count = rows.Length;
        Width = source.Width;
        _fullWidth = source._fullWidth;
        Stride = source.Stride;
        _data = source._data;
        _start = source._start;
        _rows = source._rows is { } outer ? [.. rows.Select(r => outer[r])] : rows;
    }

    public int Count { get; }

    public int Width { get; private set; }

    private int Stride { get; }

    /// <summary>Values that a distance runs over: the width with its padding.</summary>
    internal int PaddedWidth => Padded(Width);

    public Span<float> Row(int row) => new(Pointer(row), Width);

    /// <summary>Some of the rows, in the given order, over the same memory.</summary>
    public VectorTable View(int[] rows) => new(this, rows);

    /// <summary>From now on a row is its first <paramref name="width"/> values; what stood after them becomes padding.</summary>
    internal void Narrow(int width)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width);
        var padded = Padded(width);
        for (var i = 0; i < Count; i++)
            new Span<float>(Pointer(i) + width, padded - width).Clear();
        Width = width;
    }

    /// <summary>Rows of full width again, to be written anew.</summary>
    internal void Widen() => Width = _fullWidth;

    internal float* Pointer(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        return _start + ((nint)(_rows is null ? row : _rows[row]) * Stride);
    }

    private static int Padded(int width) => (width + Lanes - 1) / Lanes * Lanes;
}
