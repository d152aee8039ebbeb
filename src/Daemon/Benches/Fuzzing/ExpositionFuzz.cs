using System.Text;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Prometheus;
using Tocsin.Ingest.Scraping;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>Exposition text through both readers: none throws, both agree on how many samples there are, and one that was read before reads the same again.</summary>
internal sealed class ExpositionFuzz
{
    private static readonly string[] Lines =
    [
        "# HELP a b", "# TYPE a counter", "a 1", "a{x=\"1\"} 2.5e3 1700000000000", "b{x=\"1\",y=\"a\\\"b\\\\c\\nd\"} NaN", "c +Inf", "d{} -0",
        "e{x=\"é\"} 0x1", "f 1 # {trace=\"1\"} 2 3", "# EOF", "g{x=\"1\",x=\"2\"} 1", "h {x=\"1\"} 1", "", "  i\t1  ", "j{x=\"1\"", "k 1 2 3", "up 1",
    ];

    private readonly Rejections _rejections = new();
    private readonly SeriesTable _table = new(5000);
    private readonly ExpositionReader _reader = new(new IdentityOptions { Cluster = "fuzz" }, new SeriesLimits { Series = 5000, DistinctSeries = 5000 });

    public static void Once(int seed) => new ExpositionFuzz().Next(seed);

    public void Next(int seed)
    {
        var random = new Random(seed);
        var format = (TextFormat)random.Next(2);
        var text = Text(random);
        var bytes = random.Next(8) == 0 ? Mutations.Noise(random, 400) : random.Next(4) == 0 ? text : Mutations.Damage(random, text);
        PrometheusText.LooksLike(bytes);
        var parser = new PrometheusText(_table, _rejections);
        var (first, again) = (new List<Sample>(), new List<Sample>());
        parser.Parse(bytes, format, first);
        parser.Parse(bytes, format, again);
        if (!first.SequenceEqual(again, SameSample.Comparer))
            throw new InvalidOperationException($"seed {seed}: the second reading gave {again.Count} samples, the first {first.Count}");
        var (samples, once) = (_reader.Read(bytes, format), _reader.Read(bytes, format));
        if (samples != once)
            throw new InvalidOperationException($"seed {seed}: {samples} and then {once} samples of one text");
    }

    private static byte[] Text(Random random)
    {
        var text = new StringBuilder();
        for (var n = random.Next(30); n > 0; n--)
            text.Append(Lines[random.Next(Lines.Length)]).Append(random.Next(10) == 0 ? "\r\n" : "\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private sealed class SameSample : IEqualityComparer<Sample>
    {
        public static SameSample Comparer { get; } = new();

        public bool Equals(Sample x, Sample y) => ReferenceEquals(x.Series, y.Series) && x.Value.Equals(y.Value);

        public int GetHashCode(Sample sample) => sample.Value.GetHashCode();
    }
}
