using Tocsin.Ingest.Sites;

namespace Tocsin.Unit.Checking;

public sealed class SiteTextSpec
{
    private const string Config = """
        Configuration data as of 1795377000
        AccountingStorageType   = accounting_storage/slurmdbd
        ClusterName             = tocsin
        PrivateData             = jobs,usage
        SLURM_VERSION           = 22.05.8
        SlurmUser               = slurm(64030)

        Slurmctld(primary) at head is UP
        """;

    [Fact]
    public void The_controller_s_settings_and_clock_are_read()
    {
        var settings = SlurmSettings.Read(Config);
        Assert.Equal(("tocsin", "slurm(64030)"), (settings["ClusterName"], settings["SlurmUser"]));
        Assert.Equal(1795377000, SlurmSettings.AsOf(Config));
        Assert.Equal(["jobs", "usage"], SlurmSettings.Words(settings["PrivateData"]).Order());
        Assert.Empty(SlurmSettings.Words("none"));
        Assert.Null(SlurmSettings.AsOf("Configuration data as of yesterday"));
    }

    [Theory]
    [InlineData("gpu:a100:4(S:0-1),nvme:1", 4)]
    [InlineData("gpu:2", 2)]
    [InlineData("gpu:a100:2,gpu:v100:1", 3)]
    [InlineData("(null)", 0)]
    public void GPUs_are_counted(string gres, int gpus) => Assert.Equal(gpus, SlurmNodeKinds.Gpus(gres));

    [Fact]
    public void Nodes_have_kinds_and_those_of_the_future_are_none()
    {
        var nodes = SlurmNodeKinds.Parse("""
            NodeName=n001 Arch=x86_64 CPUAlloc=0 CPUTot=4 State=IDLE Gres=(null) Comment=State=DOWN
            NodeName=g001 CPUTot=64 Gres=gpu:4 State=DOWN*+DRAIN
            NodeName=f001 CPUTot=64 State=FUTURE
            """);
        Assert.Equal([new SlurmNode("n001", "4 CPUs", 0, false), new SlurmNode("g001", "64 CPUs, 4 GPUs", 4, true)], nodes);
    }

    [Theory]
    [InlineData("15s", 15.0)]
    [InlineData("1m30s", 90.0)]
    [InlineData("500ms", 0.5)]
    [InlineData("1h", 3600.0)]
    [InlineData("often", null)]
    public void Prometheus_durations_are_read(string text, double? seconds) => Assert.Equal(seconds, ScrapePaces.Seconds(text));

    [Fact]
    public void Remote_writes_are_found_in_Prometheus_own_text() => Assert.Equal(["http://a/api/v1/write", "https://b/x"], PrometheusProbe.RemoteWritesOf("""
        global:
          scrape_interval: 15s
        remote_write:
        - url: http://a/api/v1/write
          remote_timeout: 30s
        - name: other
          url: https://b/x
        remote_read:
        - url: http://c/read
        """));
}
