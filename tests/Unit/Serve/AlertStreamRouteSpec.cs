using System.Net;
using System.Text.Json.Nodes;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Alerts;

namespace Tocsin.Unit.Serve;

public sealed class AlertStreamRouteSpec
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_is_committed_is_streamed_to_those_who_asked_for_it()
    {
        await using var running = await RunningHost.StartAsync();
        using var all = await Subscription.OpenAsync(running, "");
        using var one = await Subscription.OpenAsync(running, "?node=b&severity=warning");
        Commit(running, Told.Raised(1), Told.Raised(2, "b"), Told.Cleared(1, 2));
        var events = new List<(string, string)>();
        for (var i = 0; i < 3; i++)
            events.Add(await all.NextAsync());
        Assert.Equal(["raised", "raised", "cleared"], events.Select(e => e.Item1));
        Assert.Equal("c1-2", JsonNode.Parse((await one.NextAsync()).Data)!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Who_comes_again_with_the_last_id_misses_nothing()
    {
        await using var running = await RunningHost.StartAsync();
        using (var first = await Subscription.OpenAsync(running, ""))
        {
            Commit(running, Told.Raised(1));
            await first.NextAsync();
        }
        Commit(running, Told.Raised(2), Told.Raised(3));
        using var again = await Subscription.OpenAsync(running, "", lastId: "1");
        Assert.Equal("c1-2", JsonNode.Parse((await again.NextAsync()).Data)!["id"]!.GetValue<string>());
        Assert.Equal("c1-3", JsonNode.Parse((await again.NextAsync()).Data)!["id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("?severity=loud", "", "severity")]
    [InlineData("?nodes=a", "", "nodes")]
    [InlineData("?node=a&node=b", "", "node")]
    [InlineData("", "x", "Last-Event-ID")]
    public async Task A_filter_that_is_none_is_refused(string query, string lastId, string named)
    {
        await using var running = await RunningHost.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(running.Address, "/api/v1/alerts/stream" + query));
        request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(named, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task One_more_subscriber_than_may_be_is_asked_to_come_later()
    {
        await using var running = await RunningHost.StartAsync("limits: {streams: 1}");
        using (await Subscription.OpenAsync(running, ""))
        {
            using var second = await running.SendAsync("GET", "/api/v1/alerts/stream");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
            Assert.NotNull(second.Headers.RetryAfter);
            Assert.Contains("tocsin_stream_subscribers 1\n", await running.TextAsync("/metrics"));
        }
    }

    [Fact]
    public async Task A_stream_keeps_the_daemon_from_ending_for_no_time_at_all()
    {
        var running = await RunningHost.StartAsync("limits: {shutdown: 5m}");
        using var stream = await Subscription.OpenAsync(running, "");
        await running.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.Null(await stream.LineAsync());
    }

    private static void Commit(RunningHost running, params AlertEvent[] events)
    {
        running.Backend.Rows.Add("stream", events, Scene.StartMs);
        running.Host.Sinks.Wake();
    }

    private sealed class Subscription : IDisposable
    {
        private readonly HttpClient _client = new();
        private StreamReader _reader = StreamReader.Null;

        public static async Task<Subscription> OpenAsync(RunningHost running, string query, string? lastId = null)
        {
            var subscription = new Subscription();
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(running.Address, "/api/v1/alerts/stream" + query));
            if (lastId is not null)
                request.Headers.Add("Last-Event-ID", lastId);
            var response = await subscription._client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            subscription._reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            // The first words of the stream: it is subscribed now.
            Assert.StartsWith("retry:", await subscription.LineAsync());
            return subscription;
        }

        public async Task<(string Name, string Data)> NextAsync()
        {
            var name = "";
            while (await LineAsync() is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                    name = line[7..];
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                    return (name, line[6..]);
            }
            throw new EndOfStreamException("the stream ended");
        }

        /// <summary>Null at its end, orderly or not.</summary>
        public async Task<string?> LineAsync()
        {
            while (true)
            {
                try
                {
                    if (await _reader.ReadLineAsync().WaitAsync(Limit) is not "" and var line)
                        return line;
                }
                catch (Exception e) when (e is IOException or HttpRequestException)
                {
                    return null;
                }
            }
        }

        public void Dispose()
        {
            _reader.Dispose();
            _client.Dispose();
        }
    }
}
