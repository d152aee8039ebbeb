using Tocsin.Daemon.Benches.Fuzzing;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest.RemoteWrite;

public sealed class RemoteWriteSpec : IDisposable
{
    private const long Now = 1_700_000_000_000;

    private readonly KeepingSink _sink = new();
    private readonly RemoteWriteReceiver _receiver;

    public RemoteWriteSpec() => _receiver = Receiver(new RemoteWriteLimits());

    public void Dispose() => _receiver.Dispose();

    [Fact]
    public async Task Samples_of_one_scrape_become_one_batch_of_their_node()
    {
        Assert.Equal(204, await Send(
            Proto.One(1.5, Now, ("__name__", "node_load1"), ("instance", "cn01.site:9100"), ("job", "node")),
            Proto.One(-0.0, Now, ("__name__", "node_cpu_seconds_total"), ("cpu", "0"), ("instance", "cn01.site:9100"), ("mode", "idle")),
            Proto.One(7, Now, ("__name__", "node_load1"), ("instance", "cn02.site:9100"))));
        Assert.Equal(["c/cn01@0: node_load1=1.5 node_cpu_seconds_total{cpu=0,mode=idle}=-0", "c/cn02@0: node_load1=7"], _sink.Text(Now));
        Assert.Equal((3L, 3L, 0L), (_receiver.Tally.Sent, _receiver.Tally.Accepted, _receiver.Tally.Rejected));
    }

    [Fact]
    public async Task Exporters_of_one_node_share_its_key_and_nodes_share_their_series()
    {
        await Send(
            Proto.One(1, Now, ("__name__", "node_load1"), ("instance", "cn01:9100")),
            Proto.One(2, Now, ("Hostname", "cn01.site"), ("UUID", "GPU-1"), ("__name__", "DCGM_FI_DEV_GPU_UTIL"), ("gpu", "0"), ("instance", "10.1.1.1:9400")),
            Proto.One(3, Now, ("__name__", "node_load1"), ("instance", "cn02:9100")));
        Assert.Equal(["c/cn01@0: node_load1=1 DCGM_FI_DEV_GPU_UTIL{gpu=0}=2", "c/cn02@0: node_load1=3"], _sink.Text(Now));
        Assert.Same(_sink.Batches[0].Samples[0].Series, _sink.Batches[1].Samples[0].Series);
    }

    [Fact]
    public async Task Several_times_of_one_series_come_out_as_several_batches()
    {
        await Send(Proto.Series(Proto.Label("__name__", "a"), Proto.Label("instance", "n1"), Proto.Sample(1, Now - 2000), Proto.Sample(2, Now - 1000), Proto.Sample(3, Now)),
            Proto.One(9, Now - 1000, ("__name__", "b"), ("instance", "n1")));
        Assert.Equal(["c/n1@-2000: a=1", "c/n1@-1000: a=2 b=9", "c/n1@0: a=3"], _sink.Text(Now));
    }

    [Fact]
    public async Task A_stale_marker_is_handed_on_as_one_and_a_plain_NaN_as_missing()
    {
        await Send(Proto.One(StaleMarker.Value, Now, ("__name__", "a"), ("instance", "n1")), Proto.One(double.NaN, Now, ("__name__", "b"), ("instance", "n1")));
        var samples = _sink.Batches.Single().Samples;
        Assert.True(StaleMarker.Is(samples[0].Value));
        Assert.False(StaleMarker.Is(samples[1].Value));
        Assert.True(double.IsNaN(samples[1].Value));
        Assert.Equal(1, _receiver.Counts.StaleMarkers);
    }

    [Fact]
    public async Task Metadata_exemplars_histograms_and_unknown_fields_are_skipped()
    {
        var metadata = Proto.Bytes(3, [8, 1, .. Proto.Bytes(2, "a"u8.ToArray())]);
        var series = Proto.Series(Proto.Label("__name__", "a"), Proto.Label("instance", "n1"), Proto.Sample(1, Now),
            Proto.Bytes(3, [1, 2, 3]), Proto.Bytes(4, [4, 5]), Proto.Bytes(17, [6]), [20 << 3 & 0x7f | 0x80, 1, 5]);
        Assert.Equal(204, await Send(metadata, series, Proto.Bytes(99, [1, 2])));
        Assert.Equal(["c/n1@0: a=1"], _sink.Text(Now));
        var counts = _receiver.Counts;
        Assert.Equal((1L, 1L, 1L), (counts.Metadata, counts.Exemplars, counts.Histograms));
    }

    [Fact]
    public async Task Metadata_alone_is_answered_204_and_nothing_is_appended()
    {
        Assert.Equal(204, await Send(Proto.Bytes(3, [8, 1])));
        Assert.Equal(0, _sink.Calls);
    }

    [Fact]
    public async Task Labels_after_the_samples_are_labels_all_the_same()
    {
        await Send(Proto.Series(Proto.Label("__name__", "a"), Proto.Sample(1, Now), Proto.Label("instance", "n1"), Proto.Sample(2, Now - 1)));
        Assert.Equal(["c/n1@0: a=1", "c/n1@-1: a=2"], _sink.Text(Now));
    }

    [Theory]
    [InlineData(RejectReasons.NoName, "instance", "n1")]
    [InlineData(RejectReasons.NoName, "__name__", "", "instance", "n1")]
    [InlineData(RejectReasons.MetricName, "__name__", "a b", "instance", "n1")]
    [InlineData(RejectReasons.LabelName, "__name__", "a", "b-c", "1", "instance", "n1")]
    [InlineData(RejectReasons.LabelOrder, "__name__", "a", "instance", "n1", "cpu", "0")]
    [InlineData(RejectReasons.LabelTwice, "__name__", "a", "cpu", "0", "cpu", "1", "instance", "n1")]
    [InlineData(RejectReasons.NoNode, "__name__", "a")]
    [InlineData(RejectReasons.NodeName, "__name__", "a", "instance", "../../etc")]
    [InlineData(RejectReasons.JobSeries, "__name__", "cgroup_memory_rss", "instance", "n1", "job_id", "77")]
    [InlineData(RejectReasons.AboutScraper, "__name__", "go_goroutines", "instance", "n1")]
    public async Task A_series_that_is_not_wanted_is_counted_and_the_others_are_taken(string reason, params string[] labels)
    {
        var bad = Proto.One(1, Now, labels.Chunk(2).Select(p => (p[0], p[1])).ToArray());
        for (var n = 1; n <= 2; n++)
        {
            // The second time the reason comes from the table.
            Assert.Equal(204, await Send(bad, Proto.One(2, Now, ("__name__", "good"), ("instance", "n1"))));
            Assert.Equal(n, _receiver.Tally.RejectedByReason()[reason]);
            Assert.Equal((2L * n, (long)n), (_receiver.Tally.Sent, _receiver.Tally.Accepted));
        }
    }

    [Fact]
    public async Task Labels_beyond_a_bound_or_not_in_UTF_8_are_rejected_by_reason()
    {
        var many = Enumerable.Range(0, 65).Select(i => ($"l{i:00}", "v")).Prepend(("__name__", "a")).ToArray();
        var bytes = Proto.Series(Proto.Label("__name__", "a"), Proto.Bytes(1, [.. Proto.Bytes(1, "k"u8.ToArray()), .. Proto.Bytes(2, [0xc3, 0x28])]), Proto.Sample(1, Now));
        Assert.Equal(204, await Send(Proto.One(1, Now, many), Proto.One(1, Now, ("__name__", "a"), ("k", new string('x', 20_000))), bytes));
        var reasons = _receiver.Tally.RejectedByReason();
        Assert.Equal(1, reasons[RejectReasons.TooManyLabels]);
        Assert.Equal(1, reasons[RejectReasons.LabelValue]);
        Assert.Equal(1, reasons[RejectReasons.LabelText]);
    }

    [Fact]
    public async Task Times_too_far_ahead_or_too_old_are_rejected_by_reason()
    {
        await Send(
            Proto.One(1, Now + 601_000, ("__name__", "a"), ("instance", "n1")), Proto.One(1, Now + 599_000, ("__name__", "a"), ("instance", "n1")),
            Proto.One(1, Now - 25 * 3_600_000L, ("__name__", "a"), ("instance", "n1")), Proto.One(1, long.MinValue, ("__name__", "a"), ("instance", "n1")),
            Proto.One(1, 0, ("__name__", "a"), ("instance", "n1")));
        Assert.Equal(1, _receiver.Tally.Accepted);
        Assert.Equal(1, _receiver.Tally.RejectedByReason()[RejectReasons.Early]);
        Assert.Equal(3, _receiver.Tally.RejectedByReason()[RejectReasons.Late]);
    }

    [Fact]
    public async Task Of_a_pair_of_replicas_one_is_heard_until_it_is_silent()
    {
        Task<int> From(string replica, long timeMs, double value) => Send(Proto.One(value, timeMs, ("__name__", "a"), ("instance", "n1"), ("prometheus_replica", replica)));
        await From("a", Now - 100_000, 1);
        await From("b", Now - 99_000, 2);
        await From("a", Now - 85_000, 3);
        await From("b", Now - 41_000, 4);
        await From("b", Now - 39_000, 5);
        await From("a", Now - 38_000, 6);
        Assert.Equal(["c/n1@-100000: a=1", "c/n1@-85000: a=3", "c/n1@-39000: a=5"], _sink.Text(Now));
        Assert.Equal(["a", "a", "b"], _sink.Batches.Select(b => b.Replica));
        Assert.Equal(3, _receiver.Tally.RejectedByReason()[RejectReasons.OtherReplica]);
    }

    [Theory]
    [InlineData(new byte[] { 0x0a, 0x05, 0x0a })]
    [InlineData(new byte[] { 0x0a, 0x02, 0x0a, 0x7f })]
    [InlineData(new byte[] { 0x08, 0x01 })]
    [InlineData(new byte[] { 0x0b })]
    [InlineData(new byte[] { 0x00, 0x01 })]
    [InlineData(new byte[] { 0x0a, 0x03, 0x12, 0x01, 0x09 })]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f })]
    public async Task A_damaged_message_is_refused_for_good_and_nothing_of_it_counts(byte[] damaged)
    {
        Assert.Equal(400, await Send(Proto.One(1, Now, ("__name__", "a"), ("instance", "n1")), damaged));
        Assert.Equal((0, 0L, 1L), (_sink.Calls, _receiver.Tally.Sent, _receiver.Counts.Refused));
    }

    [Fact]
    public async Task A_body_or_a_request_beyond_its_bound_is_refused_for_good()
    {
        using var small = Receiver(new RemoteWriteLimits { Body = 1000, Unpacked = 2000, Samples = 10 });
        Assert.Equal(413, (await small.ReceiveAsync(new byte[1001], default)).Status);
        Assert.Equal(400, (await small.ReceiveAsync(IronSnappy.Snappy.Encode(new byte[3000]), default)).Status);
        byte[][] samples = [Proto.Label("__name__", "a"), Proto.Label("instance", "n1"), .. Enumerable.Range(0, 11).Select(i => Proto.Sample(i, Now + i))];
        var answer = await small.ReceiveAsync(Proto.Packed(Proto.Series(samples)), default);
        Assert.Equal((400, 0L), (answer.Status, small.Tally.Sent));
        Assert.Equal(204, (await small.ReceiveAsync(Proto.Packed(Proto.Series(samples[..^1])), default)).Status);
    }

    [Fact]
    public async Task A_sink_that_cannot_take_more_makes_the_sender_come_again()
    {
        var good = Proto.One(1, Now, ("__name__", "a"), ("instance", "n1"));
        _sink.Next = new Overloaded(TimeSpan.FromSeconds(3));
        var answer = await _receiver.ReceiveAsync(Proto.Packed(good), default);
        Assert.Equal((503, TimeSpan.FromSeconds(3)), (answer.Status, answer.RetryAfter));
        _sink.Next = new Unavailable("disk full");
        answer = await _receiver.ReceiveAsync(Proto.Packed(good), default);
        Assert.Equal((503, "disk full"), (answer.Status, answer.Reason));
        _sink.Next = AppendResult.Done;
        Assert.Equal(204, await Send(good));
        var tally = _receiver.Tally;
        Assert.Equal((3L, 1L, 2L), (tally.Sent, tally.Accepted, tally.Rejected));
    }

    [Fact]
    public async Task Series_and_nodes_beyond_their_bounds_are_rejected_by_reason()
    {
        using var small = Receiver(new RemoteWriteLimits { Series = 10, Nodes = 3, DistinctSeries = 5 });
        byte[] Of(string node, string name) => Proto.One(1, Now, ("__name__", name), ("instance", node));
        Assert.Equal(204, (await small.ReceiveAsync(Proto.Packed(Proto.Request(Of("a", "x"), Of("b", "x"), Of("c", "x"), Of("d", "x"))), default)).Status);
        Assert.Equal(1, small.Tally.RejectedByReason()[RejectReasons.TooManyNodes]);
        await small.ReceiveAsync(Proto.Packed(Proto.Request([.. Enumerable.Range(0, 9).Select(i => Of("a", $"y{i}"))])), default);
        Assert.Equal(5, small.Tally.RejectedByReason()[RejectReasons.TooManySeries]);
        Assert.Equal((7, 5), (small.Counts.KnownSeries, small.Counts.DistinctSeries));
    }

    [Fact]
    public async Task What_was_silent_for_long_makes_room_for_what_is_new()
    {
        var clock = new SetClock { Now = DateTimeOffset.FromUnixTimeMilliseconds(Now) };
        using var small = new RemoteWriteReceiver(new IdentityOptions { Cluster = "c" }, new RemoteWriteLimits { Series = 10 }, _sink, clock);
        byte[] Request(string name) => Proto.Packed(Proto.Request([.. Enumerable.Range(0, 5).Select(i => Proto.One(i, clock.Now.ToUnixTimeMilliseconds(), ("__name__", $"{name}{i}"), ("instance", "n1")))]));
        await small.ReceiveAsync(Request("old"), default);
        clock.Now += TimeSpan.FromMinutes(90);
        await small.ReceiveAsync(Request("kept"), default);
        clock.Now += TimeSpan.FromMinutes(60);
        await small.ReceiveAsync(Request("new"), default);
        Assert.Equal((15L, 0L), (small.Tally.Accepted, small.Tally.Rejected));
        Assert.Equal(10, small.Counts.KnownSeries);
        await small.ReceiveAsync(Request("more"), default);
        Assert.Equal(5, small.Tally.RejectedByReason()[RejectReasons.TooManySeries]);
    }

    [Fact]
    public async Task Requests_at_the_same_time_see_the_same_series()
    {
        var bodies = Enumerable.Range(0, 8).Select(part => Proto.Packed(Proto.Request(
            [.. Enumerable.Range(0, 3000).Select(i => Proto.One(i, Now, ("__name__", $"m{i % 100}"), ("cpu", $"{i / 100}"), ("instance", $"n{(i + part) % 7}")))]))).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Factory.StartNew(() => _receiver.ReceiveAsync(bodies[i % 8], default).AsTask(), TaskCreationOptions.LongRunning).Unwrap()));
        Assert.Equal((96_000L, 96_000L), (_receiver.Tally.Sent, _receiver.Tally.Accepted));
        Assert.Equal((21_000, 3000, 7), (_receiver.Counts.KnownSeries, _receiver.Counts.DistinctSeries, _receiver.Counts.KnownNodes));
        foreach (var batch in _sink.Batches)
            Assert.All(batch.Samples, s => Assert.Equal(s.Series.Name, $"m{(int)s.Value % 100}"));
    }

    [Theory]
    [InlineData("snappy", "application/x-protobuf", 0)]
    [InlineData("snappy", "application/x-protobuf;proto=prometheus.WriteRequest", 0)]
    [InlineData(null, null, 0)]
    [InlineData("gzip", "application/x-protobuf", 415)]
    [InlineData("snappy", "application/json", 415)]
    [InlineData("snappy", "application/x-protobuf;proto=io.prometheus.write.v2.Request", 415)]
    public void Headers_of_another_protocol_are_refused(string? encoding, string? type, int status) =>
        Assert.Equal(status, RemoteWriteAnswer.OfHeaders(encoding, type)?.Status ?? 0);

    [Fact]
    public async Task A_request_whose_series_are_known_allocates_next_to_nothing_a_sample()
    {
        var samples = Enumerable.Range(0, 5000).Select(i => Proto.One(i, Now, ("__name__", "node_cpu_seconds_total"), ("cpu", $"{i % 1000}"), ("instance", $"cn{i / 1000}:9100"))).ToArray();
        var body = Proto.Packed(Proto.Request(samples));
        using var receiver = new RemoteWriteReceiver(new IdentityOptions { Cluster = "c" }, new RemoteWriteLimits(), new NoSink(), new SetClock { Now = DateTimeOffset.FromUnixTimeMilliseconds(Now) });
        for (var i = 0; i < 3; i++)
            await receiver.ReceiveAsync(body, default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var answer = receiver.ReceiveAsync(body, default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(answer.IsCompleted, "the sink answers at once, so all of it was done on this thread");
        Assert.Equal(204, (await answer).Status);
        // Five batches of a node each, and their list.
        Assert.True(allocated < 2000, $"{allocated} bytes for 5,000 samples");
        Assert.Equal(20_000, receiver.Tally.Accepted);
    }

    [Fact]
    public void Random_and_damaged_requests_are_answered_and_every_sample_is_accounted_for()
    {
        using var fuzz = new RemoteWriteFuzz();
        for (var seed = 0; seed < 3000; seed++)
            fuzz.Next(seed);
        Assert.InRange(fuzz.Receiver.Counts.KnownSeries, 100, 2000);
        Assert.True(fuzz.Receiver.Counts.Refused > 100);
    }

    private sealed class NoSink : ISampleSink
    {
        public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop) => ValueTask.FromResult(AppendResult.Done);
    }

    private RemoteWriteReceiver Receiver(RemoteWriteLimits limits) =>
        new(new IdentityOptions { Cluster = "c" }, limits, _sink, new SetClock { Now = DateTimeOffset.FromUnixTimeMilliseconds(Now) });

    private async Task<int> Send(params byte[][] parts) => (await _receiver.ReceiveAsync(Proto.Packed(Proto.Request(parts)), default)).Status;
}
