using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Tocsin.Daemon.Serve.Telemetry;

/// <summary>Writes Prometheus text 0.0.4 straight into a buffer of bytes.</summary>
internal sealed class PrometheusWriter(IBufferWriter<byte> to)
{
    public const string Type = "text/plain; version=0.0.4; charset=utf-8";

    public void Head(string name, string type, string help)
    {
        Text("# HELP ");
        Text(name);
        Text(" ");
        Text(help.Replace("\\", "\\\\").Replace("\n", "\\n"));
        Text("\n# TYPE ");
        Text(name);
        Text(" ");
        Text(type);
        Text("\n");
    }

    /// <param name="labels"><see cref="Labels"/>, or empty.</param>
    public void Sample(string name, ReadOnlySpan<byte> labels, double value)
    {
        Text(name);
        Raw(labels);
        Value(value);
    }

    public void Sample(ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels, double value)
    {
        Raw(name);
        Raw(labels);
        Value(value);
    }

    /// <summary><c>{a="x",b="y"}</c>; empty where there are none.</summary>
    public static byte[] Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        if (labels.Length == 0)
            return [];
        var text = new StringBuilder("{");
        foreach (var (name, value) in labels)
        {
            text.Append(text.Length > 1 ? "," : "").Append(name).Append("=\"");
            foreach (var c in value)
                _ = c switch { '\\' => text.Append("\\\\"), '"' => text.Append("\\\""), '\n' => text.Append("\\n"), _ => text.Append(c) };
            text.Append('"');
        }
        return Encoding.UTF8.GetBytes(text.Append('}').ToString());
    }

    private void Value(double value)
    {
        var span = to.GetSpan(40);
        span[0] = (byte)' ';
        int written;
        if (double.IsFinite(value))
            Utf8Formatter.TryFormat(value, span[1..], out written);
        else
        {
            var word = double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8;
            word.CopyTo(span[1..]);
            written = word.Length;
        }
        span[1 + written] = (byte)'\n';
        to.Advance(written + 2);
    }

    private void Text(string text)
    {
        var span = to.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        to.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(to.GetSpan(bytes.Length));
        to.Advance(bytes.Length);
    }
}
