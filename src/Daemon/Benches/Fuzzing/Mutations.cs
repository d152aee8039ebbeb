using System.Text;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>Inputs for parsers, drawn from a seed: random bytes, and valid inputs that were damaged a little.</summary>
internal static class Mutations
{
    public static byte[] Noise(Random random, int max)
    {
        var bytes = new byte[random.Next(max + 1)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>One to eight bits, bytes, cuts, doublings or extreme numbers.</summary>
    public static byte[] Damage(Random random, ReadOnlySpan<byte> valid)
    {
        var bytes = valid.ToArray().ToList();
        for (var n = random.Next(1, 9); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at) / 4 + 1);
                    break;
                case 3:
                    var length = Math.Min(bytes.Count - at, random.Next(1, 64));
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(at, [0xff, 0xff, 0xff, 0xff, 0x0f]);
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }
        return bytes.ToArray();
    }

    /// <summary>One to five pieces of what means something to the parser, anywhere in a valid input.</summary>
    public static string Spice(Random random, ReadOnlySpan<byte> valid, string[] pieces)
    {
        var text = new StringBuilder(Encoding.UTF8.GetString(valid));
        for (var n = random.Next(1, 6); n > 0; n--)
            text.Insert(random.Next(text.Length + 1), pieces[random.Next(pieces.Length)]);
        return text.ToString();
    }
}
