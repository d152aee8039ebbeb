using System.Text;
using Tocsin.Ingest.RemoteWrite;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>Snappy blocks: what is valid comes out as it went in, what is damaged is refused or comes out within the declared length; neither throws.</summary>
internal static class SnappyFuzz
{
    public const int Limit = 1 << 20;

    [ThreadStatic]
    private static byte[]? _buffer;

    public static void Once(int seed)
    {
        var random = new Random(seed);
        var text = Text(random);
        var packed = IronSnappy.Snappy.Encode(text);
        var into = _buffer ?? [];
        if (SnappyBlock.TryDecode(packed, Limit, ref into, out var length) is { } why || !into.AsSpan(0, length).SequenceEqual(text))
            throw new InvalidOperationException($"seed {seed}: a valid block of {text.Length} bytes did not come out as it went in");
        var bad = random.Next(4) == 0 ? Mutations.Noise(random, 400) : Mutations.Damage(random, packed);
        if (SnappyBlock.TryDecode(bad, Limit, ref into, out length) is null && (length > Limit || length > bad.Length * 22))
            throw new InvalidOperationException($"seed {seed}: {length} bytes came out of {bad.Length}");
        _buffer = into;
    }

    /// <summary>Repetitive near and far, as labels are, with some noise between.</summary>
    private static byte[] Text(Random random)
    {
        var text = new StringBuilder();
        var words = Enumerable.Range(0, random.Next(1, 12)).Select(_ => new string((char)random.Next(32, 127), random.Next(1, 90))).ToArray();
        for (var n = random.Next(200); n > 0; n--)
            text.Append(words[random.Next(words.Length)]).Append(random.Next(3) == 0 ? random.Next().ToString(System.Globalization.CultureInfo.InvariantCulture) : "");
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
