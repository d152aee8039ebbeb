using Tocsin.Actors.Sinks.Http;

namespace Tocsin.Daemon.Config;

/// <param name="Name">Part of the name under which the outbox keeps its rows.</param>
internal sealed record AlertmanagerOptionsAt(string Name, Uri Url, HttpAuth Auth, TimeSpan Resend);

internal sealed record WebhookOptionsAt(string Name, WebhookOptions Webhook);

/// <summary>The <c>sinks</c> section: who is told of alerts.</summary>
internal sealed record SinkOptions
{
    public const int MaxSinks = 32;

    public required IReadOnlyList<AlertmanagerOptionsAt> Alertmanagers { get; init; }

    public required IReadOnlyList<WebhookOptionsAt> Webhooks { get; init; }

    /// <summary>Silences of the first Alertmanager hold for the webhooks, too.</summary>
    public required bool RespectSilences { get; init; }

    public required bool Log { get; init; }

    public required Uri? RunbookUrl { get; init; }

    /// <summary>Since the commit.</summary>
    public required TimeSpan GiveUpAfter { get; init; }

    public required TimeSpan Attempt { get; init; }

    /// <summary>Events that a subscriber may go back, and be behind.</summary>
    public required int StreamKept { get; init; }

    public required int StreamQueue { get; init; }

    public static SinkOptions Read(ConfigReader r)
    {
        var options = new SinkOptions
        {
            Alertmanagers = r.List("alertmanagers", MaxSinks, a => new AlertmanagerOptionsAt(
                Name(a, "alertmanager"),
                a.RequiredUrl("url", "http://127.0.0.1:9093/"),
                Auth(a),
                a.Duration("resend", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)))),
            Webhooks = r.List("webhooks", MaxSinks, w => new WebhookOptionsAt(
                Name(w, "webhook"),
                new WebhookOptions(w.RequiredUrl("url", "https://desk.example.org/hook"), Secret(w, "secret_file"), Auth(w)))),
            RespectSilences = r.Flag("respect_silences", true),
            Log = r.Flag("log", true),
            RunbookUrl = r.Value<Uri>("runbook_url", null, "http:// or https:// and a host", HttpOptions.WebUrl),
            GiveUpAfter = r.Duration("give_up_after", TimeSpan.FromDays(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)),
            Attempt = r.Duration("attempt", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            StreamKept = r.Whole("stream_kept", 1024, 1, 100_000, "events"),
            StreamQueue = r.Whole("stream_queue", 256, 1, 10_000, "events"),
        };
        foreach (var twice in options.Alertmanagers.Select(a => a.Name).Concat(options.Webhooks.Select(w => w.Name)).GroupBy(n => n).Where(g => g.Count() > 1))
            r.Problem("name", $"'{OneLine.Of(twice.Key)}' stands {twice.Count()} times: expected a name of its own for each of sinks.alertmanagers and sinks.webhooks");
        return options;
    }

    private static string Name(ConfigReader r, string fallback) =>
        r.Text("name", fallback, "1 to 40 letters, digits and '-', not stream and not log", t => t.Length <= 40 && t is not ("stream" or "log") && t.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))!;

    private static HttpAuth Auth(ConfigReader r)
    {
        var auth = new HttpAuth(Secret(r, "bearer_file"), Secret(r, "basic_file"));
        if (auth is { Bearer: not null, Basic: not null })
            r.Problem("basic_file", "set beside bearer_file: expected at most one of the two");
        return auth;
    }

    private static SecretFile? Secret(ConfigReader r, string name) => r.Text(name, null, "a file that holds the secret alone") is { } path ? new SecretFile(path) : null;
}
