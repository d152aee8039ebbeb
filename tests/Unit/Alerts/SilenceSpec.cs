using System.Text;
using System.Text.Json;
using Tocsin.Actors.Sinks;
using Tocsin.Actors.Sinks.Http;

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

    private static byte[] Silences(string matchers) => Encoding.UTF8.GetBytes(
        $$$"""[{"id":"x","status":{"state":"active"},"startsAt":"2026-11-21T14:00:00.000Z","endsAt":"2026-11-21T15:00:00.000Z","matchers":[{{{matchers}}}]},{"status":{"state":"expired"}}]""");
}
