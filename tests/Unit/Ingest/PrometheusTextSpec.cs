using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Ingest.Prometheus;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest;

public sealed class PrometheusTextSpec
{
    private readonly Rejections _rejections = new();
    private readonly SeriesTable _table = new(1000);

    [Fact]
    public void Text_format_gives_each_sample_with_its_labels_sorted()
    {
        var samples = Parse("""
            # HELP http_requests_total The total number of HTTP requests.
            # TYPE http_requests_total counter
            http_requests_total{method="post",code="200"} 1027 1395066363000
            http_requests_total { code = "400" , method = "post" , } 3 1395066363000

            msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9
            metric_without_timestamp_and_labels 12.47
            something_weird{problem="division by zero"} +Inf -3982045
            rpc_duration_seconds{quantile="0.01",empty=""} NaN
            """);
        Assert.Equal(0, _rejections.Total);
        Assert.Equal([1027, 3, 1.458255915e9, 12.47, double.PositiveInfinity, double.NaN], samples.Select(s => s.Value));
        Assert.Equal("code=200 method=post", Labels(samples[0]));
        Assert.Equal("http_requests_total", samples[1].Series.Name);
        Assert.Equal("code=400 method=post", Labels(samples[1]));
        Assert.Equal("Cannot find file:\n\"FILE.TXT\"", samples[2].Series.Label("error"));
        Assert.Equal(@"C:\DIR\FILE.TXT", samples[2].Series.Label("path"));
        Assert.Equal("quantile=0.01", Labels(samples[5]));
    }

    [Fact]
    public void OpenMetrics_exemplars_timestamps_and_the_end_mark_are_understood()
    {
        const string Text = """
            # TYPE foo histogram
            foo_bucket{le="0.01"} 0
            foo_bucket{le="+Inf"} 17 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.789
            foo_total 17.0 # {} 0.5
            foo_created 1520872607.123
            # EOF

            """;
        var samples = Parse(Text, TextFormat.OpenMetrics);
        Assert.Equal([0, 17, 17, 1520872607.123], samples.Select(s => s.Value));
        Assert.Equal(0, _rejections.Total);

        Parse(Text + "late 1\n", TextFormat.OpenMetrics);
        Assert.Equal(["text after # EOF"], _rejections.ByReason.Keys);
        Parse("a 1\n", TextFormat.OpenMetrics);
        Assert.Contains("no # EOF at the end", _rejections.ByReason.Keys);
    }

    [Theory]
    [InlineData("a", "no value")]
    [InlineData("a ", "no value")]
    [InlineData("a{b=\"c\"}", "no value")]
    [InlineData("a{b=\"c\" 1", "no value")]
    [InlineData("a{b=\"c} 1", "no value")]
    [InlineData("a one", "not a number")]
    [InlineData("a 1 soon", "timestamp")]
    [InlineData("a 1 1.5", "timestamp")]
    [InlineData("a 1 2 3", "text after the value")]
    [InlineData("a 1 # {x=\"y\"} 1", "text after the value")]
    [InlineData("9a 1", "name of a metric")]
    [InlineData("a-b 1", "name of a metric")]
    [InlineData("{a=\"b\"} 1", "name of a metric")]
    [InlineData("a{1b=\"c\"} 1", "name of a label")]
    [InlineData("a{b:c=\"d\"} 1", "name of a label")]
    [InlineData("a{b} 1", "label without a value")]
    [InlineData("a{b=c} 1", "label without a value")]
    [InlineData("a{b=\"c\"d=\"e\"} 1", "no comma between labels")]
    [InlineData("a{b=\"c\",b=\"d\"} 1", "label stands twice")]
    public void A_bad_line_is_counted_with_its_reason_and_the_others_stand(string line, string reason)
    {
        var samples = Parse($"first 1\n{line}\nlast 2\n");
        Assert.Equal(["first", "last"], samples.Select(s => s.Series.Name));
        Assert.Equal([reason], _rejections.ByReason.Keys);
    }

    [Fact]
    public void What_is_beyond_a_limit_is_rejected_not_stored()
    {
        Parse($"a{{b=\"{new string('x', TextLimits.Value + 1)}\"}} 1\n");
        Parse($"a{{{string.Join(',', Enumerable.Range(0, TextLimits.Labels + 1).Select(i => $"l{i}=\"x\""))}}} 1\n");
        Parse($"a{{b=\"{new string('x', TextLimits.Line)}\"}} 1\n");
        Parse(new string('n', TextLimits.Name + 1) + " 1\n");
        Assert.Equal(["line too long", "name of a metric", "too many labels", "value of a label"], _rejections.ByReason.Keys);
        Assert.Equal(0, _table.Count);

        var samples = Parse(string.Concat(Enumerable.Range(0, 1100).Select(i => $"s{i} {i}\n")));
        Assert.Equal(1000, samples.Count);
        Assert.Equal(100, _rejections.ByReason["too many series"].Count);
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_rejected()
    {
        var text = Encoding.Latin1.GetBytes("a{b=\"\u00e4\"} 1\n");
        new PrometheusText(_table, _rejections).Parse(text, TextFormat.Prometheus, []);
        Assert.Equal(["label is not UTF-8"], _rejections.ByReason.Keys);
    }

    [Fact]
    public void One_series_is_one_object_whatever_the_order_of_its_labels_and_the_line_endings()
    {
        var first = Parse("a{x=\"1\",y=\"2\"} 1\nb 2\n");
        var second = Parse("b 3\r\na{y=\"2\",x=\"1\"} 4\r\n");
        Assert.Same(first[0].Series, second[1].Series);
        Assert.Same(first[1].Series, second[0].Series);
        var tricky = Parse("a{x=\"1\\\",y=\\\"2\"} 1\n");
        Assert.NotSame(first[0].Series, tricky[0].Series);
    }

    [Fact]
    public void A_name_that_another_begins_with_is_not_taken_for_it()
    {
        var parser = new PrometheusText(_table, _rejections);
        var samples = new List<Sample>();
        parser.Parse("a 1\nab 2\n"u8, TextFormat.Prometheus, samples);
        parser.Parse("ab 3\na {x=\"1\"} 4\na 5\n"u8, TextFormat.Prometheus, samples);
        Assert.Equal(["a=1", "ab=2", "ab=3", "a=4", "a=5"], samples.Select(s => $"{s.Series.Name}={s.Value}"));
        Assert.Equal("x=1", Labels(samples[3]));
        Assert.Equal(0, _rejections.Total);
    }

    [Fact]
    public void Series_that_come_go_and_change_places_keep_their_values()
    {
        var parser = new PrometheusText(_table, _rejections);
        var random = new Random(7);
        for (var scrape = 0; scrape < 200; scrape++)
        {
            var wanted = Enumerable.Range(0, 300).Where(_ => random.Next(10) > 0).ToArray();
            if (scrape % 5 == 0)
                random.Shuffle(wanted);
            var text = string.Concat(wanted.Select(i => $"s{{i=\"{i}\"}} {i + scrape * 1000}\n"));
            var samples = new List<Sample>();
            parser.Parse(Encoding.ASCII.GetBytes(text), TextFormat.Prometheus, samples);
            Assert.Equal(wanted.Select(i => ($"{i}", (double)(i + scrape * 1000))), samples.Select(s => (s.Series.Label("i")!, s.Value)));
        }
        Assert.Equal(300, _table.Count);
    }

    [Fact]
    public void A_scrape_after_the_first_allocates_nothing()
    {
        var parser = new PrometheusText(_table, _rejections);
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"s{{i=\"{i}\"}} {i}.25\n")));
        var samples = new List<Sample>();
        parser.Parse(text, TextFormat.Prometheus, samples);
        samples.Clear();
        parser.Parse(text, TextFormat.Prometheus, samples);
        samples.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        parser.Parse(text, TextFormat.Prometheus, samples);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(500, samples.Count);
    }

    [Fact]
    public void No_bytes_whatever_make_it_throw()
    {
        // Bytes that mean something to the format, in any order.
        var letters = Gen.Elements("{}\",=\\#\n\r\t ab1.-+eNInf\u0001\u00ff".Select(c => (byte)c).ToArray());
        var texts = letters.ArrayOf().ToArbitrary();
        Prop.ForAll(texts, bytes =>
        {
            foreach (var format in Enum.GetValues<TextFormat>())
            {
                var samples = new List<Sample>();
                new PrometheusText(new SeriesTable(), new Rejections()).Parse(bytes, format, samples);
            }
            PrometheusText.LooksLike(bytes);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Theory]
    [InlineData("# HELP a b\n\na{b=\"c\"} 1\n", true)]
    [InlineData("a 1", true)]
    [InlineData("<!DOCTYPE html>\n<html>\n", false)]
    [InlineData("{\"status\": \"ok\"}", false)]
    [InlineData("# only comments\n", false)]
    [InlineData("", false)]
    public void A_page_that_is_no_exposition_is_told(string text, bool expected) =>
        Assert.Equal(expected, PrometheusText.LooksLike(Encoding.UTF8.GetBytes(text)));

    private List<Sample> Parse(string text, TextFormat format = TextFormat.Prometheus)
    {
        var samples = new List<Sample>();
        new PrometheusText(_table, _rejections).Parse(Encoding.UTF8.GetBytes(text), format, samples);
        return samples;
    }

    private static string Labels(Sample sample) => string.Join(' ', sample.Series.Labels.Select(l => $"{l.Key}={l.Value}"));
}
