using System.Text;
using Tocsin.Actors.Sinks.Streams;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class AlertStreamSpec
{
    [Fact]
    public async Task Subscribers_see_what_their_filter_wants_in_order()
    {
        var stream = new AlertStream("stream");
        using var all = stream.Subscribe(AlertFilter.All, null)!;
        using var ofB = stream.Subscribe(Filter("node=b"), null)!;
        await stream.DeliverAsync(Told.Row(1, Told.Raised(1)), default);
        await stream.DeliverAsync(Told.Row(2, Told.Raised(2, "b")), default);
        await stream.DeliverAsync(Told.Row(3, Told.Cleared(2, 2, "b")), default);
        Assert.Equal(["1 raised", "2 raised", "3 cleared"], Read(all));
        Assert.Equal(["2 raised", "3 cleared"], Read(ofB));
    }

    [Fact]
    public async Task A_subscriber_that_comes_again_goes_on_where_it_was()
    {
        var stream = new AlertStream("stream", kept: 3);
        for (var i = 1; i <= 5; i++)
            await stream.DeliverAsync(Told.Row(i, Told.Raised(i)), default);
        Assert.Equal(["4 raised", "5 raised"], Missed(stream, 3));
        Assert.Equal(["3 raised", "4 raised", "5 raised"], Missed(stream, 2));
        Assert.Equal(["0 reset", "3 raised", "4 raised", "5 raised"], Missed(stream, 1));
        Assert.Empty(Missed(stream, 5));
        Assert.Equal(["0 reset"], Missed(stream, 6));
        Assert.Empty(Missed(stream, null));
    }

    [Fact]
    public void After_a_restart_one_goes_on_from_what_the_store_still_has()
    {
        var stream = new AlertStream("stream");
        stream.Seed([Told.Row(7, Told.Raised(1)), Told.Row(8, Told.Updated(1, 2))], last: 8);
        Assert.Equal(["8 updated"], Missed(stream, 7));
        Assert.Equal(["7 raised", "8 updated"], Missed(stream, 6));
        Assert.Equal(["0 reset", "7 raised", "8 updated"], Missed(stream, 5));
        var empty = new AlertStream("stream");
        empty.Seed([], last: 8);
        Assert.Equal(["0 reset"], Missed(empty, 5));
        Assert.Empty(Missed(empty, 8));
    }

    [Fact]
    public async Task A_slow_subscriber_is_dropped_and_counted_and_disturbs_nobody()
    {
        var stream = new AlertStream("stream", queue: 2);
        using var slow = stream.Subscribe(AlertFilter.All, null)!;
        using var quick = stream.Subscribe(AlertFilter.All, null)!;
        for (var i = 1; i <= 4; i++)
        {
            await stream.DeliverAsync(Told.Row(i, Told.Raised(i)), default);
            Assert.Equal([$"{i} raised"], Read(quick));
        }
        Assert.Equal((1, 1), (stream.Dropped, stream.Subscribers));
        Assert.Equal(["1 raised", "2 raised"], Read(slow));
        Assert.True(slow.Next.Completion.IsCompleted);
    }

    [Fact]
    public async Task What_is_delivered_twice_is_streamed_once()
    {
        var stream = new AlertStream("stream");
        using var one = stream.Subscribe(AlertFilter.All, null)!;
        await stream.DeliverAsync(Told.Row(4, Told.Raised(1)), default);
        await stream.DeliverAsync(Told.Row(4, Told.Raised(1)), default);
        Assert.Equal(["4 raised"], Read(one));
    }

    [Fact]
    public void Too_many_subscribers_are_turned_away()
    {
        var stream = new AlertStream("stream", most: 1);
        var one = stream.Subscribe(AlertFilter.All, null)!;
        Assert.Null(stream.Subscribe(AlertFilter.All, null));
        one.Dispose();
        Assert.NotNull(stream.Subscribe(AlertFilter.All, null));
    }

    [Fact]
    public async Task The_writer_frames_events_beats_in_silence_and_ends_where_the_subscriber_was_too_slow()
    {
        var (clock, stream, to) = (new TurnedClock(), new AlertStream("stream", queue: 1), new MemoryStream());
        using var one = stream.Subscribe(AlertFilter.All, null)!;
        await stream.DeliverAsync(Told.Row(1, Told.Raised(1)), default);
        var writing = SseWriter.WriteAsync(one, to, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5), clock, default);
        clock.Turn(TimeSpan.FromSeconds(15));
        for (var i = 2; i <= 4000 && stream.Dropped == 0; i++)
            await stream.DeliverAsync(Told.Row(i, Told.Raised(i)), default);
        await writing.WaitAsync(TimeSpan.FromSeconds(30));
        var text = Encoding.UTF8.GetString(to.ToArray());
        Assert.StartsWith("retry: 3000\n\nid: 1\nevent: raised\ndata: {\"id\":\"c1-1\",\"revision\":1,\"change\":\"raised\",\"status\":\"open\",\"labels\":{\"alertname\":\"TocsinNodeFault\",\"cluster\":\"c1\",\"node\":\"a\",\"kind\":\"memory\"}", text);
        Assert.Contains("\n\n: beat\n\n", text);
        Assert.EndsWith("event: lost\ndata: {\"why\":\"too slow; come again with Last-Event-ID\"}\n\n", text);
        Assert.DoesNotContain("\u001b", text);
    }

    [Fact]
    public async Task What_goes_beside_alerts_is_asked_for_at_its_pace_and_beats_go_on_in_silence()
    {
        var (clock, stream, to) = (new TurnedClock(), new AlertStream("stream"), new MemoryStream());
        using var one = stream.Subscribe(AlertFilter.All, null)!;
        using var stop = new CancellationTokenSource();
        var beside = new Beside();
        var writing = SseWriter.WriteAsync(one, to, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5), clock, stop.Token, beside);
        for (var end = DateTime.UtcNow.AddSeconds(60); beside.Asked < 40 && DateTime.UtcNow < end; await Task.Yield())
            clock.Turn(beside.Pace);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(TimeSpan.FromSeconds(30)));
        var text = Encoding.UTF8.GetString(to.ToArray());
        Assert.StartsWith("retry: 3000\n\nevent: nodes\ndata: {}\n\n", text);
        Assert.Contains("\n\n: beat\n\n", text);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_given_up()
    {
        var (clock, stream) = (new TurnedClock(), new AlertStream("stream"));
        using var one = stream.Subscribe(AlertFilter.All, null)!;
        var writing = SseWriter.WriteAsync(one, new Stuck(), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5), clock, default);
        clock.Turn(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<IOException>(() => writing.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData("node=a", true)]
    [InlineData("node=b,c", false)]
    [InlineData("job=7", true)]
    [InlineData("job=8", false)]
    [InlineData("severity=warning", true)]
    [InlineData("severity=critical", false)]
    [InlineData("kind=disk,memory", true)]
    [InlineData("kind=disk&node=a", false)]
    public void A_filter_is_all_of_its_keys_and_any_of_their_values(string query, bool wanted) =>
        Assert.Equal(wanted, Filter(query).Wants(Told.Alert(1)));

    [Fact]
    public void An_alert_that_names_only_some_of_its_nodes_may_be_about_any() =>
        Assert.True(Filter("node=z").Wants(Told.Alert(1) with { NodeCount = 9000 }));

    [Theory]
    [InlineData("severity=dire", "severity: 'dire' is none of info, warning, critical")]
    [InlineData("severity=2", "severity: '2' is none of info, warning, critical")]
    [InlineData("nodes=a", "'nodes' is none of node, job, severity, kind")]
    [InlineData("node=", "node: 1 to 256 values, not 0")]
    [InlineData("kind=3", "kind: '3' is none of unknown, cpu,")]
    public void A_filter_that_is_none_is_told_why(string query, string why) =>
        Assert.StartsWith(why, AlertFilter.TryParse(Pairs(query), out _));

    private static AlertFilter Filter(string query)
    {
        Assert.Null(AlertFilter.TryParse(Pairs(query), out var filter));
        return filter;
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string query) =>
        query.Split('&').Select(p => new KeyValuePair<string, string>(p.Split('=')[0], p.Split('=')[1]));

    private static List<string> Read(AlertSubscription subscription)
    {
        var read = new List<string>();
        while (subscription.Next.TryRead(out var happened))
            read.Add($"{happened.Id} {happened.Name}");
        return read;
    }

    private static List<string> Missed(AlertStream stream, long? after)
    {
        using var subscription = stream.Subscribe(AlertFilter.All, after)!;
        return [.. subscription.Missed.Select(m => $"{m.Id} {m.Name}")];
    }

    private sealed class Stuck : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private sealed class Beside : IBesideAlerts
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public TimeSpan Pace => TimeSpan.FromSeconds(0.5);

        /// <summary>Says something the first time only.</summary>
        public IEnumerable<StreamEvent> Next() => Interlocked.Increment(ref _asked) == 1 ? [new StreamEvent(0, "nodes", "{}"u8.ToArray())] : [];
    }
}
