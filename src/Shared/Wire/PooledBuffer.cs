using System.Buffers;

namespace Tocsin.Shared.Wire;

/// <summary>A growing buffer from the shared pool, to be written again and again. One thread at a time.</summary>
/// <param name="most">Bytes; more is refused with an exception, since only a bug asks for it.</param>
public sealed class PooledBuffer(int most = 1 << 30) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    /// <summary>Valid until the next write, <see cref="Clear"/> or <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>The written bytes, to change them in their place.</summary>
    public Span<byte> WrittenMutable => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsSpan(Length);
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Grow(int sizeHint)
    {
        var needed = (long)Length + Math.Max(1, sizeHint);
        if (needed <= _bytes.Length)
            return;
        if (needed > most)
            throw new InvalidOperationException($"a buffer of {needed} bytes was asked for; at most {most} are allowed");
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(most, Math.Max(needed, 2L * _bytes.Length)));
        Written.CopyTo(larger);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
