using System.Text;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>The scrapes of a recording, and a gzip file around them: scrapes in the order of the file, or a refusal; every byte is in one scrape or counted.</summary>
internal static class RecordingFuzz
{
    private static readonly string[] Lines = ["#t\t1700000000.000\n", "#t\t1700000001\tcn01\n", "#t\tnow\n", "#t\t\n", "#t\t-1\tcn01\n", "a 1\n", "b{x=\"1\"} 2\n", "# HELP\n", "#t", "\n", "\r\n", "#t\t1e300\n"];

    public static void Once(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var n = random.Next(40); n > 0; n--)
            text.Append(Lines[random.Next(Lines.Length)]);
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (random.Next(2) == 0)
            bytes = Mutations.Damage(random, bytes);
        var rejections = new Rejections();
        var reader = new ScrapeReader(new Trickle(bytes, random.Next(1, 64)), "fuzz", rejections);
        long body = 0;
        while (reader.Next())
        {
            body += reader.Body.Length;
            if (reader.TimeMs is < 0 or > 253_402_300_800_000)
                throw new InvalidOperationException($"seed {seed}: time {reader.TimeMs}");
        }
        if (body > bytes.Length)
            throw new InvalidOperationException($"seed {seed}: {body} bytes of scrapes in {bytes.Length}");
    }

    /// <summary>A few bytes at a time, so that every border is crossed somewhere.</summary>
    private sealed class Trickle(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, most)]);
    }
}
