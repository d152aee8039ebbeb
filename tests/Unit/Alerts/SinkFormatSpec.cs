using System.Text;
using System.Text.Json;
using Tocsin.Actors.Sinks;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class SinkFormatSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_log_line_is_one_line_whatever_the_alert_says()
    {
        var line = LogSink.Line(Told.Cleared(1, 3));
        Assert.Equal(
            "alert cleared id=c1-1 revision=3 severity=warning cause=node alertname=TocsinNodeFault cluster=c1 node=a kind=memory nodes=1/64 reason=over evidence=\"a: node fault likely. \\\"quoted\\\" ?[31m\"",
            line);
    }

    [Fact]
    public void Json_leaves_out_what_is_unknown_and_carries_labels_without_numbers()
    {
        using var json = JsonDocument.Parse(AlertJson.Of(Told.Cleared(1, 3)));
        var root = json.RootElement;
        Assert.Equal(("c1-1", 3, "cleared", "over"), (root.GetProperty("id").GetString(), root.GetProperty("revision").GetInt32(), root.GetProperty("status").GetString(), root.GetProperty("clear_reason").GetString()));
        Assert.False(root.TryGetProperty("threshold", out _));
        Assert.Equal("2026-11-21T14:03:00.000Z", root.GetProperty("cleared").GetString());
        Assert.Equal(["alertname", "cluster", "node", "kind"], root.GetProperty("labels").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void A_signature_is_what_any_other_implementation_computes()
    {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 'top secret'
        Assert.Equal("v1=" + OpenSsl, WebhookSink.Sign("top secret", 1_700_000_000, "{\"a\":1}"u8));
    }

    [Fact]
    public void Alertmanager_gets_an_end_while_it_lasts_and_the_true_end_after()
    {
        var clock = new TurnedClock();
        clock.Turn(TimeSpan.FromMinutes(10));
        using var sink = new AlertmanagerSink("am", new AlertmanagerOptions(new Uri("http://x/am"), HttpAuth.None, TimeSpan.FromMinutes(1), new Uri("https://t/alerts"), new Uri("https://r/")), clock);
        using var json = JsonDocument.Parse(sink.Json([Told.Alert(1), Told.Cleared(2, 2).Alert]));
        var (open, cleared) = (json.RootElement[0], json.RootElement[1]);
        Assert.Equal(("2026-11-21T14:02:00.000Z", "2026-11-21T14:16:00.000Z"), (open.GetProperty("startsAt").GetString(), open.GetProperty("endsAt").GetString()));
        Assert.Equal("2026-11-21T14:03:00.000Z", cleared.GetProperty("endsAt").GetString());
        Assert.Equal(("https://t/alerts/c1-1", "https://r/TocsinNodeFault"), (open.GetProperty("generatorURL").GetString(), open.GetProperty("annotations").GetProperty("runbook_url").GetString()));
        Assert.Equal(open.GetProperty("labels").ToString(), cleared.GetProperty("labels").ToString());
        Assert.All(open.GetProperty("labels").EnumerateObject(), l => Assert.Equal(JsonValueKind.String, l.Value.ValueKind));
    }

    [Fact]
    public void Start_never_lies_after_the_end_even_where_the_clocks_differ()
    {
        using var sink = new AlertmanagerSink("am", new AlertmanagerOptions(new Uri("http://x"), HttpAuth.None, TimeSpan.FromMinutes(1), null, null), new TurnedClock());
        foreach (var (since, cleared) in new (long, long?)[] { (long.MaxValue, null), (Scene.StartMs + 9_000_000, Scene.StartMs - 5), (-7, -9), (0, 5) })
        {
            using var json = JsonDocument.Parse(sink.Json([Told.Alert(1) with { SinceMs = since, ClearedMs = cleared }]));
            Assert.True(json.RootElement[0].GetProperty("startsAt").GetDateTimeOffset() <= json.RootElement[0].GetProperty("endsAt").GetDateTimeOffset());
        }
    }

    [Fact]
    public void Secrets_come_from_files_are_trimmed_and_never_told()
    {
        var path = Path.Combine(_folder, "token");
        File.WriteAllText(path, "  s3cret\n");
        var request = new HttpRequestMessage();
        new HttpAuth(new SecretFile(path), null).Apply(request);
        Assert.Equal("Bearer s3cret", request.Headers.Authorization!.ToString());
        File.WriteAllText(path, "user:pass");
        new HttpAuth(null, new SecretFile(path)).Apply(request);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("user:pass")), request.Headers.Authorization!.ToString());
        foreach (var bad in new[] { "", "s3cret\r\nX-Evil: 1", new string('s', 5000) })
        {
            File.WriteAllText(path, bad);
            Assert.DoesNotContain("s3cret", Assert.Throws<DependencyException>(() => new HttpAuth(new SecretFile(path), null).Apply(new HttpRequestMessage())).Message);
        }
        Assert.Throws<DependencyException>(() => new SecretFile(Path.Combine(_folder, "none")).Read());
    }

    [Fact]
    public void Open_alerts_forget_none_that_lasts_and_keep_none_that_ended()
    {
        var open = new OpenAlerts();
        open.Take(Told.Alert(1, 3));
        open.Seed([Told.Alert(1, 2), Told.Alert(2), Told.Cleared(3, 2).Alert]);
        open.Take(Told.Alert(1, 1));
        Assert.Equal(["c1-1.3", "c1-2.1"], open.All.Select(WebhookSink.Delivery));
        open.Take(Told.Cleared(1, 4).Alert);
        Assert.False(open.Contains(new AlertId("c1", 1)));
    }

    private const string OpenSsl = "b818565009498d6980f18cd02e140c93528f621038a94cf111e7fee05f3a2bbf";
}
