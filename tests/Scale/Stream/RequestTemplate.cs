using System.Buffers.Binary;
using System.Text;

namespace Tocsin.Scale.Stream;

/// <summary>A remote_write request of some nodes, written once; for each tick only values and times are put in. One thread at a time.</summary>
/// <remarks>A sample is <c>09 value 10 time</c> with six bytes of time, which is what the milliseconds of the years 2004 to 2109 take.</remarks>
internal sealed class RequestTemplate
{
    private const int SampleBytes = 16;

    private readonly byte[] _message;
    private readonly int[] _samples;
    private readonly int _first;
    private readonly int _ofNode;

    /// <param name="series">Of each node: those of this request.</param>
    public RequestTemplate(Range series, int firstNode, int nodes)
    {
        (FirstNode, Nodes) = (firstNode, nodes);
        (_first, _ofNode) = series.GetOffsetAndLength(NodeSeries.All.Count);
        var message = new MemoryStream();
        _samples = new int[nodes * _ofNode];
        for (var i = 0; i < _samples.Length; i++)
        {
            var labels = Labels(NodeSeries.All[_first + (i % _ofNode)], Fleet.NameOf(firstNode + (i / _ofNode)));
            Field(message, 0x0a, [.. labels, 0x12, SampleBytes, .. new byte[SampleBytes]]);
            _samples[i] = (int)message.Length - SampleBytes;
        }
        _message = message.ToArray();
        foreach (var at in _samples)
            (_message[at], _message[at + 9]) = (0x09, 0x10);
    }

    public int FirstNode { get; }

    public int Nodes { get; }

    public int Samples => _samples.Length;

    public int Bytes => _message.Length;

    /// <param name="timeMs">Of the node's scrape, unix milliseconds.</param>
    /// <param name="values">Of all of its series.</param>
    public void Fill(int node, long timeMs, ReadOnlySpan<double> values)
    {
        for (var s = 0; s < _ofNode; s++)
        {
            var sample = _message.AsSpan(_samples[((node - FirstNode) * _ofNode) + s], SampleBytes);
            BinaryPrimitives.WriteDoubleLittleEndian(sample[1..], values[_first + s]);
            for (var i = 0; i < 6; i++)
                sample[10 + i] = (byte)(((ulong)timeMs >> 7 * i & 0x7f) | (i < 5 ? 0x80u : 0));
        }
    }

    /// <summary>As it stands on the wire.</summary>
    public byte[] Packed() => IronSnappy.Snappy.Encode(_message);

    private static byte[] Labels(NodeSeries series, string node)
    {
        var into = new MemoryStream();
        (string Name, string Value)[] all = [.. series.Labels, ("__name__", series.Name), ("instance", node + ":9100"), ("job", "node")];
        foreach (var (name, value) in all.OrderBy(l => l.Name, StringComparer.Ordinal))
        {
            var pair = new MemoryStream();
            Field(pair, 0x0a, Encoding.ASCII.GetBytes(name));
            Field(pair, 0x12, Encoding.ASCII.GetBytes(value));
            Field(into, 0x0a, pair.ToArray());
        }
        return into.ToArray();
    }

    private static void Field(MemoryStream into, byte tag, byte[] bytes)
    {
        into.WriteByte(tag);
        for (var rest = bytes.Length; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                into.WriteByte((byte)rest);
                break;
            }
            into.WriteByte((byte)(rest | 0x80));
        }
        into.Write(bytes);
    }
}
