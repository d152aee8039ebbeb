using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.RemoteWrite;

/// <summary>Writes requests as a Prometheus would: labels sorted, one sample a series, snappy around it. For replays, load tools and tests. Not thread-safe.</summary>
public sealed class RemoteWriteEncoder
{
    private readonly Dictionary<(string Instance, SeriesId Series), byte[]> _labels = [];
    private readonly ArrayBufferWriter<byte> _message = new(1 << 16);
    private readonly IReadOnlyList<KeyValuePair<string, string>> _external;

    /// <param name="external">Labels that are put on every series, such as <c>prometheus_replica</c>.</param>
    public RemoteWriteEncoder(params IReadOnlyList<KeyValuePair<string, string>> external) => _external = external;

    /// <summary>Samples since the last <see cref="Take"/>.</summary>
    public int Samples { get; private set; }

    /// <summary>Bytes of the message so far, before packing.</summary>
    public int Length => _message.WrittenCount;

    public void Add(SampleBatch batch)
    {
        for (var i = 0; i < batch.Samples.Count; i++)
            Add(batch.Node.Name, batch.Samples[i].Series, batch.TimeMs, batch.Samples[i].Value);
    }

    /// <param name="instance">The label by which the receiver names the node.</param>
    public void Add(string instance, SeriesId series, long timeMs, double value)
    {
        if (!_labels.TryGetValue((instance, series), out var labels))
            _labels.Add((instance, series), labels = Labels(instance, series));
        Span<byte> sample = stackalloc byte[24];
        var n = 2;
        // Zero is not written, as proto3 has it; its negative is none in Go's eyes either.
        if (value != 0)
        {
            sample[n] = 0x09;
            BinaryPrimitives.WriteDoubleLittleEndian(sample[(n + 1)..], value);
            n += 9;
        }
        if (timeMs != 0)
        {
            sample[n++] = 0x10;
            n += Varint(sample[n..], (ulong)timeMs);
        }
        (sample[0], sample[1]) = (0x12, (byte)(n - 2));
        Span<byte> head = stackalloc byte[11];
        head[0] = 0x0a;
        _message.Write(head[..(1 + Varint(head[1..], (ulong)(labels.Length + n)))]);
        _message.Write(labels);
        _message.Write(sample[..n]);
        Samples++;
    }

    /// <summary>The request's body; the encoder begins anew.</summary>
    public byte[] Take()
    {
        var packed = IronSnappy.Snappy.Encode(_message.WrittenSpan);
        _message.ResetWrittenCount();
        Samples = 0;
        return packed;
    }

    private byte[] Labels(string instance, SeriesId series)
    {
        List<KeyValuePair<string, string>> all = [.. series.Labels, .. _external, new("__name__", series.Name), new("instance", instance)];
        all.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        var into = new ArrayBufferWriter<byte>();
        var inner = new ArrayBufferWriter<byte>();
        foreach (var (name, value) in all)
        {
            inner.ResetWrittenCount();
            Text(inner, 0x0a, name);
            Text(inner, 0x12, value);
            Field(into, 0x0a, inner.WrittenSpan);
        }
        return into.WrittenSpan.ToArray();
    }

    private static void Text(IBufferWriter<byte> into, byte tag, string text) => Field(into, tag, Encoding.UTF8.GetBytes(text));

    private static void Field(IBufferWriter<byte> into, byte tag, ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = stackalloc byte[11];
        head[0] = tag;
        into.Write(head[..(1 + Varint(head[1..], (ulong)bytes.Length))]);
        into.Write(bytes);
    }

    private static int Varint(Span<byte> into, ulong value)
    {
        var n = 0;
        while (value >= 0x80)
        {
            into[n++] = (byte)(value | 0x80);
            value >>= 7;
        }
        into[n++] = (byte)value;
        return n;
    }
}
