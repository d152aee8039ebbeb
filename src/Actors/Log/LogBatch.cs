using System.Buffers;

namespace Tocsin.Actors.Log;

/// <summary>Records of one partition in one pooled buffer, to be filled again and again: <c>foreach (var record in batch)</c>. One thread at a time.</summary>
/// <param name="mostBytes">Of a batch; one record that is larger comes alone.</param>
public sealed class LogBatch(int mostBytes = 256 << 10, int mostRecords = 1000) : IDisposable
{
    private byte[] _bytes = [];
    private int _length;

    public TopicPartition At { get; private set; }

    public int Count { get; private set; }

    /// <summary>When the log took the first record, unix milliseconds; 0 where there is none.</summary>
    public long FirstMs => _length == 0 ? 0 : RecordFormat.Parse(_bytes.AsSpan(0, (int)RecordFormat.SizeAt(_bytes))).TimestampMs;

    /// <summary>Where to read on after this batch.</summary>
    public long NextOffset { get; private set; }

    internal int MostBytes { get; } = mostBytes >= RecordFormat.Header ? mostBytes : throw new ArgumentOutOfRangeException(nameof(mostBytes));

    internal int MostRecords { get; } = mostRecords >= 1 ? mostRecords : throw new ArgumentOutOfRangeException(nameof(mostRecords));

    internal int Length => _length;

    public Enumerator GetEnumerator() => new(_bytes.AsSpan(0, _length));

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
        Count = 0;
    }

    internal void Clear(TopicPartition at, long offset)
    {
        At = at;
        Count = 0;
        NextOffset = offset;
        _length = 0;
    }

    /// <summary>Room for bytes behind those that were taken.</summary>
    internal Span<byte> Room(int bytes)
    {
        if (_bytes.Length - _length < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes, MostBytes));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            if (_bytes.Length > 0)
                ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        return _bytes.AsSpan(_length, bytes);
    }

    /// <summary>The first bytes of the room hold records that were checked.</summary>
    internal void Take(int bytes, int records)
    {
        _length += bytes;
        Count += records;
        NextOffset += records;
    }

    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private ReadOnlySpan<byte> _current;

        internal Enumerator(ReadOnlySpan<byte> bytes) => _rest = bytes;

        public readonly LogRecord Current => RecordFormat.Parse(_current);

        public bool MoveNext()
        {
            if (_rest.Length == 0)
                return false;
            var size = (int)RecordFormat.SizeAt(_rest);
            _current = _rest[..size];
            _rest = _rest[size..];
            return true;
        }
    }
}
