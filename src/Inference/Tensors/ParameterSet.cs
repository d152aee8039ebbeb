namespace Tocsin.Inference.Tensors;

/// <summary>A learned matrix (rows x columns, row-major, dense) or vector (one row).</summary>
/// <param name="Decays">Whether weight decay applies: to matrices of products, not to biases, gains and tables.</param>
public sealed record ParameterShape(string Name, int Rows, int Columns, bool Decays)
{
    public int Length => checked(Rows * Columns);
}

/// <summary>All learned numbers of a model in one block, each parameter at the next multiple of 16 floats, zeros in between:
/// saving, copying and averaging are one pass over <see cref="Block"/>.</summary>
public sealed unsafe class ParameterSet
{
    private readonly AlignedBuffer _block;
    private readonly int[] _offsets;
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);

    public ParameterSet(IReadOnlyList<ParameterShape> shapes)
    {
        Shapes = [.. shapes];
        _offsets = new int[Shapes.Count];
        var length = 0;
        for (var i = 0; i < Shapes.Count; i++)
        {
            _offsets[i] = length;
            length = checked(length + Layout.Stride(Shapes[i].Length));
            _index.Add(Shapes[i].Name, i);
        }
        _block = new AlignedBuffer(length);
    }

    public IReadOnlyList<ParameterShape> Shapes { get; }

    /// <summary>Every parameter, with the gaps.</summary>
    public Span<float> Block => _block.Span;

    public int Length => _block.Length;

    /// <exception cref="KeyNotFoundException">No parameter has this name.</exception>
    public Span<float> this[string name] => this[IndexOf(name)];

    public Span<float> this[int index] => _block.Span.Slice(_offsets[index], Shapes[index].Length);

    public int IndexOf(string name) =>
        _index.TryGetValue(name, out var index) ? index : throw new KeyNotFoundException($"no parameter is called '{name}'");

    public int OffsetOf(int index) => _offsets[index];

    /// <exception cref="ArgumentException">The other set has other names or shapes.</exception>
    public void CopyFrom(ParameterSet other)
    {
        if (!Shapes.SequenceEqual(other.Shapes))
            throw new ArgumentException("the parameters have other names or shapes", nameof(other));
        other.Block.CopyTo(Block);
    }

    internal float* At(int index) => _block.Pointer + _offsets[index];

    internal float* Start => _block.Pointer;
}
