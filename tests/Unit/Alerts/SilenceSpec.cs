using System.Text;
using System.Text.Json;
using Tocsin.Actors.Sinks;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class SilenceSpec
{
    private readonly TurnedClock _clock = new();

    [Theory]
    [InlineData("""{"name":"node","value":"a","isRegex":false,"isEqual":true}""", true)]
    [InlineData("""{"name":"node","value":"b","isRegex":false,"isEqual":true}""", false)]
    [InlineData("""{"name":"node","value":"b","isRegex":false,"isEqual":false}""", true)]
    [InlineData("""{"name":"node","value":"[a-c]","isRegex":true,"isEqual":true}""", true)]
    [InlineData("""{"name":"alertname","value":"Tocsin","isRegex":true,"isEqual":true}""", false)]
    [InlineData("""{"name":"alertname","value":"Tocsin.*","isRegex":true}""", true)]
    [InlineData("""{"name":"job","value":"","isRegex":false,"isEqual":true}""", true)]
    public void A_matcher_matches_as_Alertmanagers_do(string matcher, bool silenced)
    {
        var silence = Assert.Single(SilenceWatch.Parse(Silences(matcher)).Silences);
        var labels = AlertJson.Labels(Told.Alert(1).Labels).ToDictionary();
        Assert.Equal(silenced, silence.Covers(labels, _clock.GetUtcNow()));
        Assert.False(silence.Covers(labels, silence.Ends));
    }

    [Fact]
    public void A_silence_that_is_not_wholly_understood_silences_nothing()
    {
        var good = """{"name":"node","value":"a","isRegex":false,"isEqual":true}""";
        foreach (var bad in new[] { """{"name":"node","value":"(","isRegex":true}""", """{"name":"node","value":"(?=a)","isRegex":true}""", """{"name":1}""", "3", """{"name":"node","value":"\ud800"}""" })
        {
            var (silences, unusable) = SilenceWatch.Parse(Silences($"{good},{bad}"));
            Assert.Equal((0, 1), (silences.Count, unusable));
        }
        Assert.Empty(SilenceWatch.Parse(Silences("")).Silences);
        Assert.Throws<JsonException>(() => SilenceWatch.Parse("{}"u8.ToArray()));
    }

    [Fact]
    public void A_pattern_from_outside_takes_no_time_of_ours()
    {
        var (silences, _) = SilenceWatch.Parse(Silences("""{"name":"node","value":"(a+)+$","isRegex":true}"""));
        var labels = new Dictionary<string, string> { ["node"] = new string('a', 5000) + "!" };
        Assert.False(silences.Single().Covers(labels, _clock.GetUtcNow()));
    }

    [Fact]
    public void Any_bytes_are_silences_or_no_json()
    {
        var random = new Random(5);
        var seed = Silences("""{"name":"node","value":"a.*","isRegex":true,"isEqual":true}""");
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = seed.ToArray();
            for (var n = random.Next(1, 6); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                SilenceWatch.Parse(bytes);
            }
            catch (JsonException)
            {
            }
        }
    }

    [Fact]
    public async Task What_is_silenced_is_told_when_its_silence_ends_and_it_still_lasts()
    {
        var silences = new Switchable { Silent = true };
        var sink = new ScriptedSink((_, _) => ValueTask.FromResult(Delivery.Done));
        var gate = new SilenceGate(sink, silences, _clock);
        Assert.True((await gate.DeliverAsync(Told.Row(1, Told.Raised(1)), default)).Delivered);
        await gate.DeliverAsync(Told.Row(2, Told.Raised(2)), default);
        await gate.DeliverAsync(Told.Row(3, Told.Updated(1, 2)), default);
        // Over while silenced: nobody heard that it began.
        await gate.DeliverAsync(Told.Row(4, Told.Cleared(2, 2)), default);
        Assert.Equal(0, await gate.ReleaseAsync(default));
        Assert.Empty(sink.Came);
        silences.Silent = false;
        Assert.Equal(1, await gate.ReleaseAsync(default));
        Assert.Equal(["1.2"], sink.Came);
        Assert.Equal(0, await gate.ReleaseAsync(default));
        await gate.DeliverAsync(Told.Row(5, Told.Cleared(1, 3)), default);
        Assert.Equal(["1.2", "1.3"], sink.Came);
        Assert.Equal(4, gate.Silenced);
    }

    [Fact]
    public async Task The_end_of_an_alert_that_was_told_is_told_though_it_was_silenced_later()
    {
        var silences = new Switchable();
        var sink = new ScriptedSink((_, _) => ValueTask.FromResult(Delivery.Done));
        var gate = new SilenceGate(sink, silences, _clock);
        await gate.DeliverAsync(Told.Row(1, Told.Raised(1)), default);
        silences.Silent = true;
        await gate.DeliverAsync(Told.Row(2, Told.Updated(1, 2)), default);
        await gate.DeliverAsync(Told.Row(3, Told.Cleared(1, 3)), default);
        Assert.Equal(["1.1", "1.3"], sink.Came);
    }

    [Fact]
    public async Task What_cannot_be_told_after_its_silence_is_tried_again()
    {
        var silences = new Switchable { Silent = true };
        var broken = 0;
        var sink = new ScriptedSink((_, _) => broken++ switch { 0 => ValueTask.FromResult(Delivery.Later("503")), 1 => throw new HttpRequestException("refused"), _ => ValueTask.FromResult(Delivery.Done) });
        var gate = new SilenceGate(sink, silences, _clock);
        await gate.DeliverAsync(Told.Row(1, Told.Raised(1)), default);
        silences.Silent = false;
        Assert.Equal(0, await gate.ReleaseAsync(default));
        Assert.Equal(0, await gate.ReleaseAsync(default));
        Assert.Equal(1, await gate.ReleaseAsync(default));
        Assert.Equal(["1.1"], sink.Came);
    }

    [Fact]
    public async Task What_was_silenced_before_a_restart_is_told_when_its_silence_ends()
    {
        var silences = new Switchable { Silent = true, Asked = false };
        var sink = new ScriptedSink((_, _) => ValueTask.FromResult(Delivery.Done));
        var gate = new SilenceGate(sink, silences, _clock);
        gate.Seed([Told.Alert(1), Told.Alert(2)]);
        // Nothing is decided before the silences are known.
        Assert.Equal(0, await gate.ReleaseAsync(default));
        silences.Asked = true;
        Assert.Equal(0, await gate.ReleaseAsync(default));
        await gate.DeliverAsync(Told.Row(1, Told.Cleared(2, 2)), default);
        silences.Silent = false;
        Assert.Equal(1, await gate.ReleaseAsync(default));
        Assert.Equal(["2.2", "1.1"], sink.Came);
    }

    [Fact]
    public async Task What_no_silence_covers_after_a_restart_is_not_told_again()
    {
        var silences = new Switchable();
        var sink = new ScriptedSink((_, _) => ValueTask.FromResult(Delivery.Done));
        var gate = new SilenceGate(sink, silences, _clock);
        gate.Seed([Told.Alert(1)]);
        Assert.Equal(0, await gate.ReleaseAsync(default));
        silences.Silent = true;
        Assert.Equal(0, await gate.ReleaseAsync(default));
        silences.Silent = false;
        Assert.Equal(0, await gate.ReleaseAsync(default));
        Assert.Empty(sink.Came);
    }

    private static byte[] Silences(string matchers) => Encoding.UTF8.GetBytes(
        $$$"""[{"id":"x","status":{"state":"active"},"startsAt":"2026-11-21T14:00:00.000Z","endsAt":"2026-11-21T15:00:00.000Z","matchers":[{{{matchers}}}]},{"status":{"state":"expired"}}]""");

    private sealed class Switchable : ISilences
    {
        public bool Asked { get; set; } = true;

        public bool Silent { get; set; }

        public bool IsSilenced(AlertLabels labels, DateTimeOffset now) => Silent;
    }
}
