using System.Text;
using Tocsin.Ingest.Scraping;

namespace Tocsin.Unit.Ingest.Scraping;

public sealed class FileSdSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private const string Json = """[{"targets": ["cn01:9100", "cn02:9100"], "labels": {"job": "node", "rack": "7"}}, {"targets": ["https://cn03:9400/m"]}]""";

    private const string Yaml = """
        - targets: ['cn01:9100', "cn02:9100"]
          labels:
            job: node
            rack: '7'
        - targets:
          - https://cn03:9400/m
        """;

    [Theory]
    [InlineData(Json, false)]
    [InlineData(Yaml, true)]
    [InlineData(Json, true)]
    public void Json_and_yaml_say_the_same(string text, bool yaml)
    {
        Assert.Null(FileSd.Parse(Encoding.UTF8.GetBytes(text), yaml, "other", out var targets));
        Assert.Equal(
            ["http://cn01:9100/metrics instance=cn01:9100 job=node rack=7", "http://cn02:9100/metrics instance=cn02:9100 job=node rack=7", "https://cn03:9400/m instance=cn03:9400 job=other"],
            targets.Select(t => $"{t.Url} {string.Join(' ', t.Labels.OrderBy(l => l.Key).Select(l => $"{l.Key}={l.Value}"))}"));
    }

    [Fact]
    public void Labels_with_two_underscores_say_how_to_ask_and_are_no_labels()
    {
        Assert.Null(FileSd.Parse("""[{"targets": ["cn01:9290"], "labels": {"__scheme__": "https", "__metrics_path__": "/probe", "__param_target": "bmc 1", "instance": "cn01"}}]"""u8, false, null, out var targets));
        Assert.Equal("https://cn01:9290/probe?target=bmc%201", targets.Single().Url.ToString().Replace("bmc 1", "bmc%201", StringComparison.Ordinal));
        Assert.Equal(["instance"], targets.Single().Labels.Keys);
    }

    [Theory]
    [InlineData("{}", false, "expected a list")]
    [InlineData("[1]", false, "a group is no object")]
    [InlineData("""[{"target": []}]""", false, "'target' is neither")]
    [InlineData("""[{"targets": [1]}]""", false, "no text")]
    [InlineData("""[{"targets": ["ftp://x"]}]""", false, "is no http address")]
    [InlineData("""[{"targets": ["http://user:word@x"]}]""", false, "is no http address")]
    [InlineData("[", false, "")]
    [InlineData("- targets: {a: b}", true, "")]
    [InlineData("- targets: *x", true, "")]
    [InlineData("- [a]", true, "")]
    public void What_is_no_list_of_groups_is_refused_in_one_line(string text, bool yaml, string why)
    {
        var refused = FileSd.Parse(Encoding.UTF8.GetBytes(text), yaml, null, out var targets);
        Assert.Contains(why, refused);
        Assert.DoesNotContain("\n", refused);
        Assert.Empty(targets);
    }

    [Fact]
    public void Nesting_and_anchors_that_would_grow_without_end_are_refused_at_once()
    {
        var laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range('b', 20).Select(c => $"{(char)c}: &{(char)c} [*{(char)(c - 1)},*{(char)(c - 1)},*{(char)(c - 1)}]\n"));
        Assert.NotNull(FileSd.Parse(Encoding.UTF8.GetBytes(laughs), true, null, out _));
        Assert.NotNull(FileSd.Parse(Encoding.UTF8.GetBytes(new string('[', 100_000)), true, null, out _));
        Assert.NotNull(FileSd.Parse(Encoding.UTF8.GetBytes(new string('[', 100_000)), false, null, out _));
    }

    [Fact]
    public void A_changed_file_is_read_again_and_a_broken_one_keeps_its_last_good_targets()
    {
        var files = new TargetFiles([Path.Combine(_folder, "*.json"), Path.Combine(_folder, "one.yml")], "node");
        Assert.Empty(files.Refresh());
        var path = Path.Combine(_folder, "a.json");
        Put(path, """[{"targets": ["cn01"]}]""", 1);
        Put(Path.Combine(_folder, "one.yml"), "- targets: [cn09]", 1);
        Assert.Equal(["cn01", "cn09"], Hosts(files));
        Put(path, """[{"targets": ["cn02", "cn03"]}]""", 2);
        Assert.Equal(["cn02", "cn03", "cn09"], Hosts(files));
        Put(path, """[{"targets": ["cn02",""", 3);
        Assert.Equal(["cn02", "cn03", "cn09"], Hosts(files));
        Assert.Equal([path], files.Problems.Keys);
        Put(path, "[]", 4);
        Assert.Equal(["cn09"], Hosts(files));
        Assert.Empty(files.Problems);
        Put(path, """[{"targets": ["cn04"]}]""", 5);
        Assert.Equal(["cn04", "cn09"], Hosts(files));
        File.Delete(path);
        Assert.Equal(["cn09"], Hosts(files));
    }

    private static string[] Hosts(TargetFiles files) => files.Refresh().Select(t => t.Url.Host).ToArray();

    private static void Put(string path, string text, int second)
    {
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, second, DateTimeKind.Utc));
    }
}
