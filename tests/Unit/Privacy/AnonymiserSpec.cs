using System.Text;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Unit.Privacy;

public sealed class AnonymiserSpec
{
    private readonly KeyedNames _names = KeyedNames.Once();

    private Anonymiser Hide => field ??= new Anonymiser(_names, ["cn0421"]);

    [Theory]
    [InlineData("node_uname_info{nodename=\"cn0421.hpc.example.org\",release=\"5.14\"} 1", "node_uname_info{nodename=\"NODE\",release=\"5.14\"} 1")]
    [InlineData("up{instance=\"cn0421.hpc.example.org:9100\"} 1", "up{instance=\"NODE:9100\"} 1")]
    [InlineData("a{peer=\"link to cn0421 port 4\"} 1", "a{peer=\"link to NODE port 4\"} 1")]
    [InlineData("node_filesystem_size_bytes{device=\"/dev/sda1\",mountpoint=\"/boot/efi\"} 5", "node_filesystem_size_bytes{device=\"/dev/sda1\",mountpoint=\"/boot/efi\"} 5")]
    [InlineData("node_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 5", "node_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 5")]
    [InlineData("node_load1 0.5", "node_load1 0.5")]
    [InlineData("node_disk_io_now{device=\"sda\"} 0", "node_disk_io_now{device=\"sda\"} 0")]
    public void Names_of_machines_go_and_what_a_model_needs_stays(string line, string expected) =>
        Assert.Equal(expected.Replace("NODE", _names.Of("node", "cn0421")) + "\n", Encoding.UTF8.GetString(Hide.Body(Encoding.UTF8.GetBytes(line))));

    [Theory]
    [InlineData("f{mountpoint=\"/home/mira\"} 5", "mira")]
    [InlineData("f{device=\"fileserver:/export/projects/secret\"} 5", "secret")]
    [InlineData("f{device=\"fileserver:/export/projects/secret\"} 5", "fileserver")]
    [InlineData("f{name=\"user@1000.service\"} 5", "1000")]
    [InlineData("node_network_info{address=\"52:54:00:12:34:56\",device=\"eth0\"} 1", "52:54")]
    [InlineData("node_dmi_info{board_serial=\"AB\\\"CD1234\",bios_vendor=\"X\"} 1", "CD1234")]
    [InlineData("DCGM_FI_DEV_GPU_TEMP{gpu=\"0\",UUID=\"GPU-1234\",Hostname=\"cn0421\"} 40", "1234")]
    [InlineData("c{owner=\"mira\"} 40", "mira")]
    public void What_says_who_or_which_machine_is_gone_and_the_line_is_still_one(string line, string secret)
    {
        Hide.Job(new JobRun("1", "lattice", "mira", 1, 2, ["cn0421"]));
        var text = Encoding.UTF8.GetString(Hide.Body(Encoding.UTF8.GetBytes(line)));
        Assert.DoesNotContain(secret, text);
        Assert.Equal(line.Count(c => c == '='), text.Count(c => c == '='));
        Assert.Equal(line.Split(' ')[^1] + "\n", text.Split(' ')[^1]);
    }

    [Fact]
    public void One_name_is_the_same_in_the_table_of_jobs_the_scrapes_heads_and_the_labels()
    {
        var job = Hide.Job(new JobRun("12", "lattice", "mira", 1, 2, ["cn0421", "cn0422"]));
        Assert.Equal([Hide.Node("cn0421"), Hide.Node("cn0422")], job.Nodes);
        Assert.Equal(("12", _names.Of("job", "lattice"), _names.Of("user", "mira")), (job.JobId, job.JobName, job.User));
        Assert.Contains($"\"{Hide.Node("cn0422")}\"", Encoding.UTF8.GetString(Hide.Body("a{instance=\"cn0422\"} 1"u8)));
        Assert.Equal("hidden: names of 2 nodes, 1 user and 1 kinds of jobs; values of the labels instance", Hide.Lines().First());
        Assert.StartsWith("not hidden: ids and times of jobs", Hide.Lines().Last());
    }
}
