using System.Runtime.InteropServices;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes.Records;

/// <summary>Writes batches as records of the log (<see cref="SampleRecord"/>), one after another into the same memory. One thread at a time.</summary>
/// <param name="session">Of the writer of the log.</param>
internal sealed class SampleWriter(long session, SeriesNumbers numbers) : IDisposable
{
    /// <summary>Of values; a batch that needs more is seldom, and its memory is not kept.</summary>
    private const int Modest = 1 << 20;

    private readonly PooledBuffer _buffer = new();
    private readonly List<(int First, int Count)> _runs = [];
    private List<(int Number, SeriesId Series)> _means = [];
    private byte[] _values = [];
    private Sample[] _copy = [];
    private int _guess;

    public bool IsModest => _values.Length <= Modest && _buffer.Length <= Modest;

    /// <summary>The record's payload, until the next call.</summary>
    /// <param name="means">The numbers that the record explains; null where it explains none.</param>
    public ReadOnlySpan<byte> Write(SampleBatch batch, int partition, out IReadOnlyList<(int Number, SeriesId Series)>? means)
    {
        var length = Encode(SpanOf(batch.Samples), partition);
        means = null;
        _buffer.Clear();
        var writer = new WireWriter(_buffer);
        SampleRecord.Write(ref writer, session, batch, _means, CollectionsMarshal.AsSpan(_runs), _values.AsSpan(0, length));
        writer.Flush();
        if (_means.Count > 0)
            (means, _means) = (_means, []);
        return _buffer.Written;
    }

    public void Dispose() => _buffer.Dispose();

    private int Encode(ReadOnlySpan<Sample> samples, int partition)
    {
        _runs.Clear();
        if (_values.Length < samples.Length * ValueBytes.Most)
            _values = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(samples.Length * ValueBytes.Most))];
        var (length, first, next, guess) = (0, 0, 0, _guess);
        foreach (ref readonly var sample in samples)
        {
            var number = numbers.Of(sample.Series, ref guess);
            if (number < 0)
                continue;
            if (!numbers.IsExplained(partition, number))
                _means.Add((number, sample.Series));
            if (number != next)
            {
                if (next > first)
                    _runs.Add((first, next - first));
                first = number;
            }
            next = number + 1;
            length += ValueBytes.Write(_values.AsSpan(length), sample.Value);
        }
        if (next > first)
            _runs.Add((first, next - first));
        _guess = guess;
        return length;
    }

    /// <summary>Sources hand on a piece of an array; asking it for each sample would cost more than the sample.</summary>
    private ReadOnlySpan<Sample> SpanOf(IReadOnlyList<Sample> samples)
    {
        if (samples is ArraySegment<Sample> segment)
            return segment;
        if (samples is Sample[] array)
            return array;
        if (_copy.Length < samples.Count)
            _copy = new Sample[samples.Count];
        for (var i = 0; i < samples.Count; i++)
            _copy[i] = samples[i];
        return _copy.AsSpan(0, samples.Count);
    }
}
