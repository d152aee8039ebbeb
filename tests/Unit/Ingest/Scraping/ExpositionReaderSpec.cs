using System.Text;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Prometheus;
using Tocsin.Ingest.Scraping;

namespace Tocsin.Unit.Ingest.Scraping;

public sealed class ExpositionReaderSpec
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    private readonly ExpositionReader _reader = new(new IdentityOptions { Cluster = "c" }, new SeriesLimits());

    [Fact]
    public void A_scrape_becomes_one_batch_of_its_node_with_its_own_time()
    {
        Assert.Equal(3, Read("# HELP a\na 1 1600000000000\nb{cpu=\"0\"} 2\ngo_threads 5\n"));
        var batch = _reader.Batches.Single();
        Assert.Equal(("c/node", Now.ToUnixTimeMilliseconds()), (batch.Node.ToString(), batch.TimeMs));
        Assert.Equal(["a=1", "b=2", "up=1"], batch.Samples.Select(s => $"{s.Series.Name}={s.Value}"));
        Assert.Equal(1, _reader.Tally.RejectedByReason()[RejectReasons.AboutScraper]);
    }

    [Fact]
    public void A_second_scrape_gives_the_same_series_and_allocates_only_its_batch()
    {
        var text = string.Concat(Enumerable.Range(0, 1000).Select(i => $"node_cpu_seconds_total{{cpu=\"{i}\"}} {i}\n"));
        var bytes = Encoding.ASCII.GetBytes(text);
        for (var i = 0; i < 3; i++)
            _reader.Read(bytes, TextFormat.Prometheus, Now);
        var series = _reader.Batches[0].Samples[7].Series;
        var before = GC.GetAllocatedBytesForCurrentThread();
        _reader.Read(bytes, TextFormat.Prometheus, Now);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Same(series, _reader.Batches[0].Samples[7].Series);
        Assert.True(allocated < 2000, $"{allocated} bytes for 1,001 samples");
    }

    [Fact]
    public void An_exporter_that_names_another_host_speaks_for_that_host()
    {
        Read("DCGM_FI_DEV_GPU_UTIL{gpu=\"0\",Hostname=\"cn07.site\"} 5\n");
        Assert.Equal(["c/cn07", "c/node"], _reader.Batches.Select(b => b.Node.ToString()));
    }

    [Theory]
    [InlineData("a\n", "no value")]
    [InlineData("a x\n", "not a number")]
    [InlineData("a{b=1} 1\n", RejectReasons.LabelSyntax)]
    [InlineData("a{b=\"1\",b=\"2\"} 1\n", RejectReasons.LabelTwice)]
    [InlineData("9a 1\n", RejectReasons.MetricName)]
    [InlineData("a 1 2 3\n", "text after the value")]
    public void A_bad_line_is_counted_by_reason_and_the_others_are_taken(string bad, string reason)
    {
        Assert.Equal(3, Read("x 1\n" + bad + "y 2\n"));
        Assert.Equal(1, _reader.Tally.RejectedByReason()[reason]);
        Assert.Equal(_reader.Tally.Sent, _reader.Tally.Accepted + _reader.Tally.Rejected);
    }

    private int Read(string text) => _reader.Read(Encoding.UTF8.GetBytes(text), TextFormat.Prometheus, Now);
}
