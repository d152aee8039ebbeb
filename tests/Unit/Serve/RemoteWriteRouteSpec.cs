using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

public sealed class RemoteWriteRouteSpec
{
    private static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Samples_are_in_the_log_before_the_sender_is_told_so()
    {
        var answer = new TaskCompletionSource<AppendResult>();
        var backend = new FakeBackend { Answer = _ => new ValueTask<AppendResult>(answer.Task) };
        await using var running = await RunningHost.StartAsync(backend: backend);
        var sending = SendAsync(running, Request(("cn1:9100", "node_load1", 0.5), ("cn2:9100", "node_load1", 1.5)));
        Assert.False(sending.IsCompleted);
        answer.SetResult(AppendResult.Done);
        using var response = await sending;
        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal([("cn1", Now, "node_load1", 0.5), ("cn2", Now, "node_load1", 1.5)], backend.Taken.Order());
        var text = await running.TextAsync("/metrics");
        Assert.Contains("tocsin_samples_sent_total{source=\"remote_write\"} 2\n", text);
        Assert.Contains("tocsin_samples_accepted_total{source=\"remote_write\"} 2\n", text);
    }

    [Theory]
    [InlineData("snappy", "application/x-protobuf", 400)]
    [InlineData("gzip", "application/x-protobuf", 415)]
    [InlineData("snappy", "application/json", 415)]
    [InlineData("snappy", "application/x-protobuf;proto=io.prometheus.write.v2.Request", 415)]
    public async Task What_is_no_request_is_dropped_by_its_sender(string encoding, string type, int status)
    {
        await using var running = await RunningHost.StartAsync();
        await AnswersAsync(running, new byte[] { 1, 2, 3 }, status, encoding, type);
        Assert.Empty(running.Backend.Taken);
    }

    [Fact]
    public async Task A_body_beyond_the_bound_is_refused_whether_it_says_its_length_or_not()
    {
        await using var running = await RunningHost.StartAsync("remote_write: {max_body: 4KiB}");
        await AnswersAsync(running, new byte[5000], 413);
        using var chunked = new StreamContent(new Endless(5000));
        chunked.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        chunked.Headers.ContentEncoding.Add("snappy");
        using var response = await running.SendAsync("POST", "/api/v1/write", null, chunked);
        Assert.Equal(413, (int)response.StatusCode);
    }

    [Fact]
    public async Task While_the_log_takes_nothing_the_sender_is_asked_to_come_again()
    {
        await using var running = await RunningHost.StartAsync();
        running.Backend.Answer = _ => ValueTask.FromResult<AppendResult>(new Unavailable("disk full"));
        await AnswersAsync(running, Request(("cn1", "node_load1", 1)), 503, detail: "disk full");
        running.Backend.Answer = _ => ValueTask.FromResult<AppendResult>(new Overloaded(TimeSpan.FromSeconds(2.5)));
        using (var response = await SendAsync(running, Request(("cn1", "node_load1", 1))))
        {
            Assert.Equal(503, (int)response.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter?.Delta);
        }
        running.Backend.Answer = _ => ValueTask.FromResult(AppendResult.Done);
        await AnswersAsync(running, Request(("cn1", "node_load1", 1)), 204);
    }

    [Fact]
    public async Task More_requests_than_may_be_under_way_are_asked_to_come_again_and_those_under_way_end_well()
    {
        var release = new TaskCompletionSource<AppendResult>();
        var inside = new SemaphoreSlim(0);
        var backend = new FakeBackend
        {
            Answer = _ =>
            {
                inside.Release();
                return new ValueTask<AppendResult>(release.Task);
            },
        };
        await using var running = await RunningHost.StartAsync("remote_write: {concurrent: 2, wait: 0s}\nlimits: {requests: 1}", backend: backend);
        var first = SendAsync(running, Request(("cn1", "node_load1", 1)));
        var second = SendAsync(running, Request(("cn2", "node_load1", 1)));
        for (var i = 0; i < 2; i++)
            Assert.True(await inside.WaitAsync(TimeSpan.FromSeconds(60)));
        using (var third = await SendAsync(running, Request(("cn3", "node_load1", 1))))
        {
            Assert.Equal(503, (int)third.StatusCode);
            Assert.NotNull(third.Headers.RetryAfter);
        }
        // They have a bound of their own: whoever looks is not kept out.
        Assert.Equal(200, (int)(await running.JsonAsync("/api/v1/nodes")).Status);
        release.SetResult(AppendResult.Done);
        Assert.Equal(204, (int)(await first).StatusCode);
        Assert.Equal(204, (int)(await second).StatusCode);
        Assert.Equal(2, backend.Taken.Count);
    }

    [Fact]
    public async Task Where_it_is_switched_off_there_is_no_such_route()
    {
        await using var running = await RunningHost.StartAsync("remote_write: {enabled: false}");
        await AnswersAsync(running, Request(("cn1", "node_load1", 1)), 404);
    }

    [Fact]
    public async Task Nodes_are_named_by_the_rules_of_the_config()
    {
        await using var running = await RunningHost.StartAsync("identity: {rules: [{label: instance, pattern: '(.*)-ib:.*', node: 'ib-$1'}], only_nodes: 'ib-.*'}");
        await AnswersAsync(running, Request(("cn1-ib:9100", "node_load1", 1), ("cn1:9100", "node_load1", 2)), 204);
        Assert.Equal("ib-cn1", Assert.Single(running.Backend.Taken).Node);
        Assert.Contains("tocsin_samples_rejected_total{reason=\"node is not watched\",source=\"remote_write\"} 1\n", await running.TextAsync("/metrics"));
    }

    internal static byte[] Request(params (string Instance, string Metric, double Value)[] samples)
    {
        var encoder = new RemoteWriteEncoder();
        foreach (var (instance, metric, value) in samples)
            encoder.Add(instance, new SeriesId(metric, []), Now, value);
        return encoder.Take();
    }

    internal static async Task<HttpResponseMessage> SendAsync(RunningHost running, byte[] body, string encoding = "snappy", string type = "application/x-protobuf")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        content.Headers.ContentEncoding.Add(encoding);
        return await running.SendAsync("POST", "/api/v1/write", null, content);
    }

    private static async Task AnswersAsync(RunningHost running, byte[] body, int status, string encoding = "snappy", string type = "application/x-protobuf", string detail = "")
    {
        using var response = await SendAsync(running, body, encoding, type);
        Assert.Equal(status, (int)response.StatusCode);
        var text = await response.Content.ReadAsStringAsync();
        if (status >= 400)
            Assert.Contains(detail, JsonNode.Parse(text)!["detail"]!.GetValue<string>());
        else
            Assert.Equal("", text);
    }

    /// <summary>Does not know its length, so that it is sent in chunks.</summary>
    private sealed class Endless(int left) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var n = Math.Min(count, Math.Min(left, 1000));
            left -= n;
            return n;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
