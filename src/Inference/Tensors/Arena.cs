namespace Tocsin.Inference.Tensors;

/// <summary>Memory of one training step: taken piece by piece, given back all at once. After the first steps it is one block
/// as large as a step needs, and nothing more is allocated.</summary>
internal sealed unsafe class Arena
{
    private const int FirstBlock = 1 << 18;

    private readonly List<AlignedBuffer> _blocks = [];
    private int _used;
    private int _taken;

    /// <summary>Uninitialised; starts on a cache line and has a unit of slack behind it.</summary>
    public float* Take(int length)
    {
        length = Layout.Stride(length) + Layout.Unit;
        if (_blocks.Count == 0 || _used + length > _blocks[^1].Length)
        {
            _blocks.Add(new AlignedBuffer(Math.Max(Math.Max(FirstBlock, length), _taken)));
            _used = 0;
        }
        var start = _blocks[^1].Pointer + _used;
        _used += length;
        _taken = checked(_taken + length);
        return start;
    }

    public int* TakeIndices(int length) => (int*)Take(length);

    public void Reset()
    {
        if (_blocks.Count > 1)
        {
            _blocks.Clear();
            _blocks.Add(new AlignedBuffer(_taken + (_taken / 4)));
        }
        (_used, _taken) = (0, 0);
    }
}
