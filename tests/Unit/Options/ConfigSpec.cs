using System.Collections;
using Tocsin.Daemon.Config;
using Tocsin.Shared;

namespace Tocsin.Unit.Options;

public sealed class ConfigSpec
{
    [Theory]
    [InlineData("cadence: 4h", "cadence: '4h' (tocsin.yaml:2): expected a duration from 1s to 5m")]
    [InlineData("cadence: soon", "cadence: 'soon'")]
    [InlineData("cadence: -1", "cadence: '-1'")]
    [InlineData("limits: {requests: 0}", "limits.requests: '0' (tocsin.yaml:2): expected a whole number from 1 to 10000 requests")]
    [InlineData("limits: {requests: 1e3}", "limits.requests: '1e3'")]
    [InlineData("limits: {requests: 99999999999999}", "limits.requests: '99999999999999'")]
    [InlineData("limits: {request: 5}", "limits.request: '5' (tocsin.yaml:2): no such key; the nearest one is limits.requests")]
    [InlineData("requests: 5", "requests: '5' (tocsin.yaml:2): no such key; the nearest one is limits.requests")]
    [InlineData("cadense: 5s", "no such key; the nearest one is cadence")]
    [InlineData("limits: 5", "limits: '5' (tocsin.yaml:2): no such key; it is a section of keys: limits.connections")]
    [InlineData("cadence: {seconds: 5}", "cadence.seconds: '5' (tocsin.yaml:2): no such key; the nearest one is cadence")]
    [InlineData("cadence: [5s]", "cadence.0: '5s' (tocsin.yaml:2): no such key; the nearest one is cadence")]
    [InlineData("logging: {level: loud}", "logging.level: 'loud' (tocsin.yaml:2): expected one of debug, info, warning, error")]
    [InlineData("listen: {allow_insecure: maybe}", "listen.allow_insecure: 'maybe' (tocsin.yaml:2): expected true or false")]
    [InlineData("listen: {address: '8484'}", "listen.address: '8484' (tocsin.yaml:2): expected address:port")]
    [InlineData("listen: {address: '127.1:80'}", "listen.address: '127.1:80'")]
    [InlineData("listen: {address: '127.0.0.1:99999'}", "listen.address: '127.0.0.1:99999'")]
    [InlineData("listen: {address: '::1'}", "listen.address: '::1'")]
    [InlineData("listen: {address: '0.0.0.0:8484'}", "listen.address: '0.0.0.0:8484' is not loopback: expected tls.certificate, tls.key and tokens.file to be set with it (all three are missing)")]
    [InlineData("listen: {address: '[::]:8484'}", "is not loopback")]
    [InlineData("listen: {address: '0.0.0.0:8484'}\ntls: {certificate: a, key: b}", "(tokens.file is missing)")]
    [InlineData("listen: {address: '0.0.0.0:8484'}\ntokens: {file: a}", "(the certificate is missing)")]
    [InlineData("tls: {key: b}", "tls.certificate: not set: expected both of tls.certificate and tls.key, or neither")]
    [InlineData("listen: {external_url: 'ftp://x'}", "listen.external_url: 'ftp://x' (tocsin.yaml:2): expected http:// or https:// and a host")]
    [InlineData("listen: {external_url: 'http://user:secret@x'}", "listen.external_url")]
    [InlineData("data: \"a\\u0007b\"", "data: 'a?b' (tocsin.yaml:2): expected a folder")]
    [InlineData("data: []", "data: '[]' (tocsin.yaml:2): expected a folder")]
    [InlineData("data: ''", "data: '' (tocsin.yaml:2): expected a folder")]
    [InlineData("identity: {rules: [{label: instance, pattern: '(', node: x}]}", "identity.rules: ")]
    [InlineData("identity: {rules: [{label: instance}]}", "identity.rules.0.pattern: not set: expected a regular expression")]
    [InlineData("identity: {node_labels: [1a]}", "identity.node_labels.0: '1a' (tocsin.yaml:2): expected a label's name")]
    [InlineData("remote_write: {max_body: 2GiB}", "remote_write.max_body: '2GiB' (tocsin.yaml:2): expected a size from 1KiB to 256MiB")]
    [InlineData("remote_write: {max_body: 16MiB, max_unpacked: 1MiB}", "remote_write.max_unpacked: 1MiB, less than remote_write.max_body (16MiB)")]
    [InlineData("scrape: {targets: ['ftp://n1']}", "scrape.targets.0: 'ftp://n1' (tocsin.yaml:2): expected host:port")]
    [InlineData("scrape: {file_sd: [nodes.txt]}", "scrape.file_sd.0: 'nodes.txt'")]
    [InlineData("scrape: {interval: 1m}", "scrape.interval: 1m, more than cadence (15s)")]
    [InlineData("cadence: 5s\nscrape: {timeout: 6s}", "scrape.timeout: 6s, more than scrape.interval (5s)")]
    [InlineData("slurm: {accounting: {every: 5s}}", "slurm.accounting.every: '5s' (tocsin.yaml:2): expected a duration from 30s to 1h")]
    [InlineData("slurm: {accounting: {overlap: 2h, span: 1h}}", "slurm.accounting.overlap: 7200s, not less than slurm.accounting.span (3600s)")]
    [InlineData("log: {segment_size: 1GiB, keep_size: 1GiB}", "log.keep_size: 1GiB, less than two of log.segment_size (1GiB)")]
    [InlineData("log: {max_record: 64MiB}", "log.max_waiting: 32MiB, less than log.max_record (64MiB)")]
    [InlineData("log: {partitions: 0}", "log.partitions: '0'")]
    [InlineData("log: {fsync: always}", "log.fsync: 'always' (tocsin.yaml:2): expected one of none, group")]
    [InlineData("alerts: {job_share: 0.4}", "alerts.job_share: '0.4' (tocsin.yaml:2): expected a number from 0.5 to 1 of a job's watched nodes")]
    [InlineData("alerts: {job_share: NaN}", "alerts.job_share: 'NaN'")]
    [InlineData("alerts: {clear_after: 2h}", "alerts.clear_after_most: 1h, less than alerts.clear_after (2h)")]
    [InlineData("alerts: {time_zone: Mars}", "alerts.time_zone: 'Mars' (tocsin.yaml:2): expected a time zone")]
    [InlineData("sinks: {webhooks: [{url: 'file:///etc'}]}", "sinks.webhooks.0.url: 'file:///etc' (tocsin.yaml:2): expected http://")]
    [InlineData("sinks: {webhooks: [{url: 'http://a', name: stream}]}", "sinks.webhooks.0.name: 'stream'")]
    [InlineData("sinks: {webhooks: [{url: 'http://a'}, {url: 'http://b'}]}", "sinks.name: 'webhook' stands 2 times")]
    [InlineData("sinks: {webhooks: [{url: 'http://a', bearer_file: a, basic_file: b}]}", "sinks.webhooks.0.basic_file: set beside bearer_file")]
    [InlineData("sinks: {alertmanager: [{url: 'http://a'}]}", "sinks.alertmanager.0.url: 'http://a' (tocsin.yaml:2): no such key; the nearest one is sinks.alertmanagers[].url")]
    [InlineData("sinks: {webhooks: [{name: a}]}", "sinks.webhooks.0.url: not set: expected http:// or https:// and a host")]
    [InlineData("sinks: {webhooks: http://a}", "sinks.webhooks: 'http://a' (tocsin.yaml:2): expected a list")]
    [InlineData("actions: {consent: [{partition: gpu, allows: 'signal=KILL'}]}", "actions.consent.0.allows: 'signal=KILL' (tocsin.yaml:2): expected signal=USR1 or signal=USR2, requeue or requeue=always")]
    [InlineData("actions: {consent: [{partition: '*', allows: requeue}]}", "actions.consent.0.partition: '*' (tocsin.yaml:2): expected the name of one partition")]
    [InlineData("actions: {consent: [{partition: gpu}]}", "actions.consent.0.allows: not set: expected signal=USR1")]
    [InlineData("actions: {consent: [{partition: gpu, allows: requeue}, {partition: gpu, allows: requeue}]}", "actions.consent: gpu stands twice: expected once")]
    [InlineData("actions: {fence: wall}", "actions.fence: 'wall' (tocsin.yaml:2): expected")]
    [InlineData("actions: {fence: reservation, fence_for: 30s}", "actions.fence_for: '30s' (tocsin.yaml:2): expected")]
    [InlineData("actions: {fence: reservation, fence_for: 30m}", "actions.fence_for: 30 min: expected at least 33 min, return_after and the check")]
    [InlineData("actions: {consent: signal=USR1}", "actions.consent: 'signal=USR1' (tocsin.yaml:2): expected a list")]
    [InlineData("cadence: 5s\ncadence: 6s", "cadence: stands twice (tocsin.yaml:2 and :3): expected once")]
    [InlineData("cadence: 5s\nCadence: 6s", "cadence: stands twice")]
    public void Nonsense_is_told_in_one_line_with_key_value_and_what_is_taken(string yaml, string expected)
    {
        var problems = Problems("cluster: hpc\n" + yaml);
        Assert.Contains(expected, Assert.Single(problems));
        Assert.DoesNotContain('\n', problems[0]);
    }

    [Theory]
    [InlineData("a: [1", "tocsin.yaml:")]
    [InlineData("cadence: 5s\n  limits: 1", "tocsin.yaml:3: not YAML")]
    [InlineData("just words", "'just words' stands alone: expected lines of 'key: value'")]
    [InlineData("cadence: &a 5s", "anchors and aliases are not taken")]
    [InlineData("cadence: *a", "anchors and aliases are not taken")]
    [InlineData("cadence: !!str 5s", "tags are not taken")]
    [InlineData("cadence: 5s\n---\ncadence: 6s", "a second document: expected one")]
    [InlineData("1key: 5s", "'1key' is no key")]
    [InlineData("'a.b': 5s", "'a.b' is no key")]
    public void What_is_not_plain_YAML_is_told_with_its_line(string yaml, string expected) =>
        Assert.Contains(Problems("\n" + yaml), p => p.Contains(expected));

    [Fact]
    public void Deep_YAML_is_refused()
    {
        var problems = Problems("a: " + string.Concat(Enumerable.Repeat("{a: ", 500)) + "1" + new string('}', 500));
        Assert.Contains(problems, p => p.Contains("more than 12 levels deep"));
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var problems = Problems("cadence: never\nlimits: {nodes: -5, streams: x}\nnonsense: 1\n");
        Assert.Equal(5, problems.Count);
        Assert.Contains(problems, p => p.StartsWith("cluster: not set: expected letters", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_problems_the_defaults_stand()
    {
        var options = Options("cluster: hpc");
        Assert.Equal(("hpc", TimeSpan.FromSeconds(15), "127.0.0.1:8484"), (options.Cluster, options.Cadence, options.Http.Endpoint.ToString()));
    }

    [Fact]
    public void Partitions_that_consent_are_known_by_their_exact_names()
    {
        var consents = Options("cluster: hpc\nactions: {consent: [{partition: gpu-A, allows: 'signal=USR1,requeue'}]}").Actions.Consents;
        Assert.Equal(("USR1", null), (consents.Of("gpu-A", "", true).Signal, consents.Of("gpu_a", "", true).Signal));
    }

    [Theory]
    [InlineData("127.0.0.1:80", "127.0.0.1:80")]
    [InlineData("localhost:80", "127.0.0.1:80")]
    [InlineData("[::1]:80", "[::1]:80")]
    [InlineData("127.9.0.1:0", "127.9.0.1:0")]
    public void An_address_is_host_and_port(string text, string endpoint) =>
        Assert.Equal(endpoint, Options($"cluster: hpc\nlisten: {{address: '{text}'}}").Http.Endpoint.ToString());

    [Theory]
    [InlineData("listen: {address: '0.0.0.0:1'}\ntls: {certificate: a, key: b}\ntokens: {file: c}")]
    [InlineData("listen: {address: '0.0.0.0:1', allow-insecure: true}")]
    public void Beyond_loopback_it_listens_with_TLS_and_tokens_or_when_told_to(string yaml) =>
        Assert.Equal("0.0.0.0:1", Options("cluster: hpc\n" + yaml).Http.Endpoint.ToString());

    [Fact]
    public void A_key_without_a_value_is_not_set() => Assert.Equal(TimeSpan.FromSeconds(15), Options("cluster: hpc\ncadence:\ntls:\nlimits: ~\n").Cadence);

    [Fact]
    public void The_environment_is_over_the_file_and_the_command_line_over_both()
    {
        var (tree, problems) = Tree("cluster: file\ncadence: 1s\nlimits: {nodes: 7, streams: 7, requests: 7}");
        ConfigLayers.Environment(new Hashtable { ["TOCSIN_CADENCE"] = "2s", ["TOCSIN_LIMITS__STREAMS"] = "8", ["TOCSIN_LIMITS__REQUESTS"] = "8", ["HOME"] = "/" }, tree);
        ConfigLayers.CommandLine(["limits.requests=9", "Limits.Allow-nothing=1"], tree, problems);
        ServeOptions.Check(tree, problems, out _);
        Assert.Contains("limits.allow_nothing: '1' (--set): no such key", Assert.Single(problems));
        problems.Clear();
        var (clean, _) = Tree("cluster: file\ncadence: 1s\nlimits: {nodes: 7, streams: 7, requests: 7}");
        ConfigLayers.Environment(new Hashtable { ["TOCSIN_CADENCE"] = "2s", ["TOCSIN_LIMITS__STREAMS"] = "8", ["TOCSIN_LIMITS__REQUESTS"] = "8" }, clean);
        ConfigLayers.CommandLine(["limits.requests=9"], clean, problems);
        var options = ServeOptions.Check(clean, problems, out _)!;
        Assert.Equal(("file", 2, 7, 8, 9), (options.Cluster, options.Cadence.TotalSeconds, options.Limits.Nodes, options.Limits.Streams, options.Limits.Requests));
    }

    [Fact]
    public void An_unknown_variable_is_told_but_those_of_Kubernetes_and_of_the_processor_are_not()
    {
        var (tree, problems) = Tree("cluster: hpc");
        ConfigLayers.Environment(new Hashtable { ["TOCSIN_PORT"] = "tcp://10.0.0.1:80", ["TOCSIN_SERVICE_HOST"] = "10.0.0.1", ["TOCSIN_SIMD"] = "avx2", ["TOCSIN_CADENSE"] = "1s", ["TOCSIN_X__"] = "" }, tree);
        ServeOptions.Check(tree, problems, out _);
        Assert.Equal(2, problems.Count);
        Assert.Contains(problems, p => p.StartsWith("cadense: '1s' (TOCSIN_CADENSE): no such key; the nearest one is cadence", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("novalue")]
    [InlineData("=5")]
    public void A_word_of_the_command_line_is_key_and_value(string word)
    {
        var problems = new List<string>();
        ConfigLayers.CommandLine([word], new ConfigTree(), problems);
        Assert.Contains($"--set '{word}': expected key=value", Assert.Single(problems));
    }

    [Fact]
    public void A_list_from_outside_takes_the_place_of_the_files()
    {
        var (tree, problems) = Tree("a: [x, y, z]\nb: [x]\nc: {d: x}");
        tree.Set("a", new ConfigValue("p, q", "--set"));
        tree.Set("b.1", new ConfigValue("y", "--set"));
        var reader = new ConfigReader(tree, problems);
        Assert.Equal(["p", "q"], reader.Texts("a", [], "words"));
        Assert.Equal(["x", "y"], reader.Texts("b", [], "words"));
        Assert.Equal(["none"], reader.Texts("e", ["none"], "words"));
        Assert.Empty(problems);
    }

    [Fact]
    public void Items_of_a_list_are_read_each_and_known_where_there_is_none()
    {
        var (tree, problems) = Tree("sinks:\n- url: http://a\n  every: 5s\n- url: http://b\n  evry: 5s\n");
        var reader = new ConfigReader(tree, problems);
        var read = reader.List("sinks", 10, r => (r.Required("url", "http://x", "a URL"), r.Duration("every", TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromHours(1))));
        reader.List("none", 10, r => r.Flag("on", false));
        reader.Unknown();
        Assert.Equal([("http://a", TimeSpan.FromSeconds(5)), ("http://b", TimeSpan.FromSeconds(1))], read);
        Assert.Contains("sinks.1.evry: '5s' (tocsin.yaml:5): no such key; the nearest one is sinks[].every", Assert.Single(problems));
        Assert.Contains(reader.Declared, d => d.Key == "none[].on");
    }

    [Fact]
    public void More_items_than_may_be_are_a_problem_and_no_work()
    {
        var (tree, problems) = Tree("a: [1, 2, 3]\nb: [{x: 1}, {x: 1}, {x: 1}]");
        var reader = new ConfigReader(tree, problems);
        Assert.Equal(2, reader.Texts("a", [], "words", most: 2).Count);
        Assert.Equal(2, reader.List("b", 2, r => r.Flag("x", true)).Count);
        Assert.Contains("a: 3 items, expected at most 2", problems);
        Assert.Contains("b: 3 items, expected at most 2", problems);
    }

    [Fact]
    public void A_file_that_is_not_there_is_one_line() =>
        Assert.StartsWith("config '/nowhere/x.yaml' cannot be read: ", Assert.Throws<BadDataException>(() => ConfigLayers.File("/nowhere/x.yaml", new ConfigTree(), [])).Message);

    [Theory]
    [InlineData("16MiB", 16 << 20)]
    [InlineData("1.5 KiB", 1536)]
    [InlineData("1KB", 1000)]
    [InlineData("77", 77)]
    [InlineData("5B", 5)]
    public void Sizes_are_read_as_they_are_written(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData("NaN")]
    [InlineData("9999999TiB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData("cadence", "cadence", 0)]
    [InlineData("cadense", "cadence", 1)]
    [InlineData("acdence", "cadence", 1)]
    [InlineData("", "abc", 3)]
    public void Distance_counts_changes_and_swaps(string a, string b, int distance) => Assert.Equal(distance, NearestKey.Distance(a, b));

    internal static (ConfigTree Tree, List<string> Problems) Tree(string yaml)
    {
        var tree = new ConfigTree();
        var problems = new List<string>();
        YamlTree.Read(new StringReader(yaml), "tocsin.yaml", tree, problems);
        return (tree, problems);
    }

    internal static ServeOptions Options(string yaml)
    {
        var (tree, problems) = Tree(yaml);
        var options = ServeOptions.Check(tree, problems, out _);
        Assert.Empty(problems);
        return options!;
    }

    private static List<string> Problems(string yaml)
    {
        var (tree, problems) = Tree(yaml);
        Assert.Null(ServeOptions.Check(tree, problems, out _) is { } options && problems.Count > 0 ? options : null);
        return problems;
    }
}
