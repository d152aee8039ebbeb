using System.CommandLine;
using Tocsin.Daemon.Backtests;
using Tocsin.Ingest.Backfill;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Recordings;
using Tocsin.Ingest.Sources;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin backfill</c>: training history out of Prometheus, Thanos, Mimir or VictoriaMetrics -> a recording.</summary>
internal static class BackfillCommand
{
    public static Command Create()
    {
        var url = new Option<string>("--url") { Description = "what stands before /api/v1, e.g. http://prometheus:9090", Required = true };
        var folder = new Option<string>("--out") { Description = "folder of the recording; beside it, with .parts behind its name, what is fetched so far", Required = true };
        var from = new Option<string>("--from") { Description = "unix seconds, ISO 8601, or how long ago, e.g. 14d", DefaultValueFactory = _ => "14d" };
        var until = new Option<string>("--until") { Description = "exclusive", DefaultValueFactory = _ => "0s" };
        var step = new Option<string>("--step") { Description = "spacing, best the scrape interval, 1s to 5m", DefaultValueFactory = _ => "15s" };
        var points = new Option<long>("--max-points") { Description = "points in all; nodes are chosen type by type so that it is kept", DefaultValueFactory = _ => 100_000_000 };
        var pause = new Option<string>("--pause") { Description = "between two requests, 0s to 1m", DefaultValueFactory = _ => "500ms" };
        var match = new Option<string>("--match") { Description = "more PromQL matchers without braces, e.g. job=~\"node|dcgm\"", DefaultValueFactory = _ => "" };
        var jobs = new Option<string?>("--jobs") { Description = "table JobID|JobName|Start|End|NodeList to go with it" };
        var token = new Option<string?>("--token-file") { Description = "file with a bearer token" };
        var certificate = new Option<string?>("--cert") { Description = "client certificate, PEM" };
        var key = new Option<string?>("--key") { Description = "its key, PEM" };
        var authority = new Option<string?>("--ca") { Description = "authorities of the server's certificate, PEM" };
        var tenant = new Option<string?>("--tenant") { Description = "sent as X-Scope-OrgID" };
        var hide = new AnonymiseArguments();
        var planOnly = new Option<bool>("--plan") { Description = "only say what would be fetched" };
        var json = new Option<string?>("--json") { Description = "also write the counts to this file" };
        var command = new Command("backfill", "training history from Prometheus' query API into a recording")
        {
            url, folder, from, until, step, points, pause, match, jobs, token, certificate, key, authority, tenant, planOnly, json,
        };
        hide.AddTo(command);
        var now = TimeProvider.System.GetUtcNow();
        command.Validators.Add(r =>
        {
            if (r.GetResult(url)?.Tokens is [{ Value: var address }, ..] && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
                r.AddError($"--url '{address}': expected an http address");
            foreach (var option in (Option<string>[])[from, until])
            {
                if (r.GetResult(option)?.Tokens is [{ Value: var word }, ..] && !TimeWord.TryParse(word, now, out _))
                    r.AddError($"{option.Name} '{word}': expected unix seconds, ISO 8601, or a duration such as 14d");
            }
            foreach (var option in (Option<string>[])[step, pause])
            {
                if (r.GetResult(option)?.Tokens is [{ Value: var word }, ..] && !DurationText.TryParse(word, out _))
                    r.AddError($"{option.Name} '{word}': expected a duration, e.g. 15s");
            }
        });
        command.SetAction((parsed, stop) =>
        {
            TimeWord.TryParse(parsed.GetRequiredValue(from), now, out var fromMs);
            TimeWord.TryParse(parsed.GetRequiredValue(until), now, out var untilMs);
            DurationText.TryParse(parsed.GetRequiredValue(step), out var every);
            DurationText.TryParse(parsed.GetRequiredValue(pause), out var rest);
            var options = new BackfillOptions
            {
                Url = new Uri(parsed.GetRequiredValue(url)),
                FromMs = fromMs,
                UntilMs = untilMs,
                Times = $"{parsed.GetValue(from)} {parsed.GetValue(until)}",
                Step = every,
                Pause = rest,
                MaxPoints = parsed.GetRequiredValue(points),
                Matchers = parsed.GetRequiredValue(match),
                Identity = new IdentityOptions { Cluster = "backfill" },
                Access = new HttpAccess
                {
                    BearerTokenFile = parsed.GetValue(token),
                    CertificateFile = parsed.GetValue(certificate),
                    KeyFile = parsed.GetValue(key),
                    AuthorityFile = parsed.GetValue(authority),
                    Tenant = parsed.GetValue(tenant),
                },
            };
            return RunAsync(options, parsed.GetRequiredValue(folder), parsed.GetValue(jobs), hide.Of(parsed), parsed.GetValue(planOnly), parsed.GetValue(json), stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(BackfillOptions options, string folder, string? jobs, Func<IEnumerable<string>, Anonymiser>? hide, bool planOnly, string? json, CancellationToken stop)
    {
        using var run = new BackfillRun(options, folder, TimeProvider.System);
        try
        {
            var (plan, resumed) = await run.PlanAsync(stop);
            foreach (var line in BackfillText.Lines(plan, options, resumed))
                Console.WriteLine(line);
            if (planOnly)
                return 0;
            run.Hide = hide?.Invoke(plan.Types.SelectMany(t => t.Chosen).Select(n => n.Name));
            var progress = new BackfillText();
            var report = await run.FetchAsync(jobs, (done, all) =>
            {
                if (progress.Line(done, all) is { } line)
                    Console.WriteLine($"  {line}");
            }, stop);
            foreach (var (reason, count) in report.Rejected)
                Console.Error.WriteLine($"tocsin: series left out, {reason}: {count}");
            Console.WriteLine($"scrapes written: {report.Scrapes}, points fetched: {report.Points}, requests: {report.Requests}");
            foreach (var line in run.Hide?.Lines() ?? [])
                Console.WriteLine(line);
            Figures.Write(json, new { scrapes = report.Scrapes, points = report.Points, requests = report.Requests, planned_points = plan.Points, rejected = report.Rejected });
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new DependencyException("stopped; what is fetched is kept, run it again to go on");
        }
    }
}
