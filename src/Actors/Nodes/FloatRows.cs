using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes;

/// <summary>Rows of metrics, of which many stand still: after the first row only what changed, to the bit.</summary>
/// <remarks>An array of four: rows, width, a bit for each value that differs from the one above it (row-major, lowest bit first), and these values.</remarks>
internal static class FloatRows
{
    public static void Write(ref WireWriter writer, ReadOnlySpan<float> rows, int width)
    {
        var count = width == 0 ? 0 : rows.Length / width;
        var changed = new byte[(rows.Length + 7) / 8];
        var values = new List<float>(rows.Length);
        var bits = MemoryMarshal.Cast<float, int>(rows);
        for (var i = 0; i < rows.Length; i++)
        {
            if (i >= width && bits[i] == bits[i - width])
                continue;
            changed[i >> 3] |= (byte)(1 << (i & 7));
            values.Add(rows[i]);
        }
        writer.WriteArrayHeader(4);
        writer.WriteInt(count);
        writer.WriteInt(width);
        writer.WriteBinary(changed);
        writer.WriteSingles(CollectionsMarshal.AsSpan(values));
    }

    /// <param name="most">Values in all.</param>
    public static bool TryRead(ref WireReader reader, int most, [NotNullWhen(true)] out float[]? rows, out int width)
    {
        rows = null;
        width = 0;
        if (!reader.TryReadArrayHeader(4, out var parts) || parts != 4
            || !reader.TryReadInt32(0, most, out var count) || !reader.TryReadInt32(0, most, out width))
            return reader.Refuse(WireFault.OutOfRange);
        if ((long)count * width > most)
            return reader.Refuse(WireFault.OutOfRange);
        var all = new float[count * width];
        if (!reader.TryReadBinary((all.Length + 7) / 8, out var changed) || !reader.TryReadSingles(all.Length, out var values))
            return false;
        if (changed.Length != (all.Length + 7) / 8)
            return reader.Refuse(WireFault.OutOfRange);
        var next = 0;
        for (var i = 0; i < all.Length; i++)
        {
            var own = (changed[i >> 3] >> (i & 7) & 1) != 0;
            if (own ? next == values.Length : i < width)
                return reader.Refuse(WireFault.OutOfRange);
            all[i] = own ? values[next++] : all[i - width];
        }
        rows = all;
        return true;
    }
}
