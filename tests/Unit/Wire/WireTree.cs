using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Shared.Wire;

namespace Tocsin.Unit.Wire;

/// <summary>Any MessagePack value: for round trips, and to be told to another implementation in tagged JSON, in which nothing is lost.</summary>
internal abstract record WireTree
{
    public sealed record Nil : WireTree;

    public sealed record Bool(bool Value) : WireTree;

    public sealed record Int(Int128 Value) : WireTree;

    public sealed record Double(ulong Bits) : WireTree;

    public sealed record Text(string Value) : WireTree;

    public sealed record Binary(string Hex) : WireTree;

    public sealed record List(WireTree[] Items) : WireTree
    {
        public bool Equals(List? other) => other is not null && Items.SequenceEqual(other.Items);

        public override int GetHashCode() => Items.Length;
    }

    /// <summary>Keys are distinct strings.</summary>
    public sealed record Map((string Key, WireTree Value)[] Items) : WireTree
    {
        public bool Equals(Map? other) => other is not null && Items.SequenceEqual(other.Items);

        public override int GetHashCode() => Items.Length;
    }

    public static Gen<WireTree> Any { get; } = Gen.Sized(size => Sized(Math.Min(size, 40)));

    public static IEnumerable<WireTree> Edges()
    {
        foreach (var shift in Enumerable.Range(0, 65))
        {
            for (var d = -1; d <= 1; d++)
            {
                var value = (Int128.One << shift) + d;
                if (value <= ulong.MaxValue)
                    yield return new Int(value);
                if (-value >= long.MinValue)
                    yield return new Int(-value);
            }
        }
        yield return new Int(-33);
        foreach (var length in new[] { 0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536 })
        {
            yield return new Text(new string('x', length));
            yield return new Binary(string.Concat(Enumerable.Repeat("a7", length)));
            yield return new List([.. Enumerable.Repeat(new Nil(), length)]);
            yield return new Map([.. Enumerable.Range(0, length).Select(i => (i.ToString(CultureInfo.InvariantCulture), (WireTree)new Bool(i % 2 == 0)))]);
        }
        yield return new Text("grüße 雪 🐢 \0 \"\n");
        foreach (var number in new[] { 0.0, -0.0, double.Epsilon, double.MaxValue, double.NegativeInfinity, 0.1 })
            yield return new Double(BitConverter.DoubleToUInt64Bits(number));
        yield return new Double(0x7ff8000000000000);
    }

    public byte[] Bytes()
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        Write(ref writer);
        writer.Flush();
        return buffer.Written.ToArray();
    }

    public void Write(ref WireWriter writer)
    {
        switch (this)
        {
            case Nil: writer.WriteNil(); break;
            case Bool v: writer.WriteBool(v.Value); break;
            case Int v when v.Value > long.MaxValue: writer.WriteUInt((ulong)v.Value); break;
            case Int v: writer.WriteInt((long)v.Value); break;
            case Double v: writer.WriteDouble(BitConverter.UInt64BitsToDouble(v.Bits)); break;
            case Text v: writer.WriteString(v.Value); break;
            case Binary v: writer.WriteBinary(Convert.FromHexString(v.Hex)); break;
            case List v:
                writer.WriteArrayHeader(v.Items.Length);
                foreach (var item in v.Items)
                    item.Write(ref writer);
                break;
            case Map v:
                writer.WriteMapHeader(v.Items.Length);
                foreach (var (key, value) in v.Items)
                {
                    writer.WriteString(key);
                    value.Write(ref writer);
                }
                break;
        }
    }

    public static WireTree? TryRead(ref WireReader reader, int depth = 60)
    {
        if (depth == 0)
            return null;
        switch (reader.Next)
        {
            case WireType.Nil:
                return reader.TrySkipNil() ? new Nil() : null;
            case WireType.Boolean:
                return reader.TryReadBool(out var flag) ? new Bool(flag) : null;
            case WireType.Integer:
                var ahead = reader;
                if (ahead.TryReadInt64(out var number))
                {
                    reader = ahead;
                    return new Int(number);
                }
                return reader.TryReadUInt64(out var large) ? new Int(large) : null;
            case WireType.Float:
                return reader.TryReadDouble(out var real) ? new Double(BitConverter.DoubleToUInt64Bits(real)) : null;
            case WireType.String:
                return reader.TryReadString(int.MaxValue, out var text) ? new Text(text) : null;
            case WireType.Binary:
                return reader.TryReadBinary(int.MaxValue, out var bytes) ? new Binary(Convert.ToHexStringLower(bytes)) : null;
            case WireType.Array:
                if (!reader.TryReadArrayHeader(int.MaxValue, out var count))
                    return null;
                var items = new WireTree[count];
                for (var i = 0; i < count; i++)
                {
                    if (TryRead(ref reader, depth - 1) is not { } item)
                        return null;
                    items[i] = item;
                }
                return new List(items);
            case WireType.Map:
                if (!reader.TryReadMapHeader(int.MaxValue, out var pairs))
                    return null;
                var entries = new (string, WireTree)[pairs];
                for (var i = 0; i < pairs; i++)
                {
                    if (!reader.TryReadString(int.MaxValue, out var key) || TryRead(ref reader, depth - 1) is not { } value)
                        return null;
                    entries[i] = (key, value);
                }
                return new Map(entries);
            default:
                reader.TrySkip();
                return null;
        }
    }

    public JsonNode Json() => this switch
    {
        Bool v => new JsonObject { ["bool"] = v.Value },
        Int v => new JsonObject { ["int"] = v.Value.ToString(CultureInfo.InvariantCulture) },
        Double v => new JsonObject { ["double"] = v.Bits.ToString("x16", CultureInfo.InvariantCulture) },
        Text v => new JsonObject { ["text"] = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(v.Value)) },
        Binary v => new JsonObject { ["binary"] = v.Hex },
        List v => new JsonObject { ["list"] = new JsonArray([.. v.Items.Select(i => i.Json())]) },
        Map v => new JsonObject { ["map"] = new JsonArray([.. v.Items.Select(i => new JsonArray(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(i.Key)), i.Value.Json()))]) },
        _ => new JsonObject(),
    };

    private static Gen<WireTree> Sized(int size)
    {
        var leaves = new[]
        {
            Gen.Constant<WireTree>(new Nil()),
            Gen.Elements(true, false).Select(b => (WireTree)new Bool(b)),
            ArbMap.Default.GeneratorFor<long>().Select(i => (WireTree)new Int(i)),
            Gen.Choose(0, 63).SelectMany(shift => ArbMap.Default.GeneratorFor<ulong>().Select(i => (WireTree)new Int(i >> shift))),
            ArbMap.Default.GeneratorFor<double>().Select(d => (WireTree)new Double(BitConverter.DoubleToUInt64Bits(d))),
            AnyText.Select(s => (WireTree)new Text(s)),
            ArbMap.Default.GeneratorFor<byte[]>().Select(b => (WireTree)new Binary(Convert.ToHexStringLower(b))),
        };
        if (size <= 1)
            return Gen.OneOf(leaves);
        var children = Sized(size / 3).ArrayOf().Resize(size);
        return Gen.OneOf(
        [
            .. leaves,
            children.Select(i => (WireTree)new List(i)),
            children.SelectMany(i => AnyText.ArrayOf(i.Length).Select(keys => (WireTree)new Map([.. keys.Zip(i).DistinctBy(p => p.First)]))),
        ]);
    }

    // A surrogate alone has no UTF-8.
    private static Gen<string> AnyText { get; } = ArbMap.Default.GeneratorFor<string?>()
        .Select(s => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(s ?? "")));
}
