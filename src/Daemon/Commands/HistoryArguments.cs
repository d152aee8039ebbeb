using System.CommandLine;
using System.CommandLine.Parsing;
using Tocsin.Daemon.Backtests;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve;
using Tocsin.Ingest.Backfill;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary>The options of a history that is fetched: <c>--prometheus</c> and what belongs to it. Token, tenant, certificates and matchers stand in the site's own file.</summary>
internal sealed class HistoryArguments
{
    private const string FromAgo = "14d", UntilNow = "0s";

    private readonly Option<string?> _url = new("--prometheus") { Description = "instead of --data: what stands before /api/v1, e.g. http://prometheus:9090; Slurm is asked too, where it is" };
    private readonly Option<string?> _step = new("--step") { Description = "of what is fetched, best the scrape interval, 1s to 5m; without it the cadence of --config, else 15s" };
    private readonly Option<long> _points = new("--max-points") { Description = "points in all; nodes are chosen type by type so that it is kept", DefaultValueFactory = _ => 100_000_000 };
    private readonly Option<string> _pause = new("--pause") { Description = "between two requests, 0s to 1m", DefaultValueFactory = _ => "500ms" };
    private readonly Option<string?> _jobs = new("--jobs") { Description = "table JobID|JobName|Start|End|NodeList instead of sacct's" };
    private readonly Option<string?> _folder = new("--history") { Description = "folder for what is fetched, which stays there; without it, it goes when the report is written" };
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public void AddTo(Command command, Option<string?> data, Option<string?> from, Option<string?> until)
    {
        foreach (var option in (Option[])[_url, _step, _points, _pause, _jobs, _folder])
            command.Add(option);
        command.Validators.Add(r =>
        {
            var url = Word(r, _url);
            if (url is null == Word(r, data) is null)
                r.AddError("expected --data or --prometheus, and one of them alone");
            if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
                r.AddError($"--prometheus '{url}': expected an http address");
            foreach (var option in (Option<string?>[])[from, until])
            {
                if (Word(r, option) is not { } word)
                    continue;
                if (url is null && !TimePoint.TryParse(word, out _))
                    r.AddError($"{option.Name} '{word}': expected unix seconds, ISO 8601, or a share between 0 and 1");
                if (url is not null && !TimeWord.TryParse(word, _now, out _))
                    r.AddError($"{option.Name} '{word}': expected {TimeWord.Expected}");
            }
            foreach (var option in (Option[])[_step, _pause])
            {
                if (r.GetResult(option) is { Tokens: [{ Value: var word }, ..] } && !DurationText.TryParse(word, out _))
                    r.AddError($"{option.Name} '{word}': expected a duration, e.g. 15s");
            }
            foreach (var option in (Option[])[_step, _points, _pause, _jobs, _folder])
            {
                if (url is null && r.GetResult(option) is { Tokens.Count: > 0 })
                    r.AddError($"{option.Name} goes with --prometheus, not with --data");
            }
        });
    }

    /// <summary>Null: <c>--data</c> was given.</summary>
    /// <param name="site">The site's options for a cadence.</param>
    /// <param name="own">Where it lies when nobody names a folder.</param>
    public HistoryRequest? Request(ParseResult parsed, Func<TimeSpan, ServeOptions> site, bool hasConfig, string? from, string? until, bool asksEvents, string own)
    {
        if (parsed.GetValue(_url) is not { } url)
            return null;
        TimeWord.TryParse(from ?? FromAgo, _now, out var fromMs);
        TimeWord.TryParse(until ?? UntilNow, _now, out var untilMs);
        DurationText.TryParse(parsed.GetRequiredValue(_pause), out var pause);
        var step = parsed.GetValue(_step) is { } word && DurationText.TryParse(word, out var typed) ? typed : TimeSpan.FromSeconds(15);
        var serve = site(step);
        if (hasConfig && parsed.GetValue(_step) is null)
            step = serve.Cadence;
        var backfill = new BackfillOptions
        {
            Url = new Uri(url),
            FromMs = fromMs,
            UntilMs = untilMs,
            Times = $"{from ?? FromAgo} {until ?? UntilNow}",
            Step = step,
            Pause = pause,
            MaxPoints = parsed.GetRequiredValue(_points),
            Identity = serve.Identity,
            Matchers = serve.Prometheus?.Match ?? "",
            Access = serve.Prometheus?.Access ?? new(),
        };
        return new HistoryRequest(backfill, parsed.GetValue(_folder) ?? own, parsed.GetValue(_folder) is not null, parsed.GetValue(_jobs), Users(serve), asksEvents, serve.Slurm.Programs);
    }

    /// <summary>As the daemon names them, so that it knows them again in what is learned; where there is no daemon, within this history alone.</summary>
    private static KeyedNames? Users(ServeOptions serve)
    {
        if (!serve.Privacy.HashUsers)
            return null;
        var key = Path.Combine(serve.Data, UserNames.KeyFile);
        return File.Exists(key) ? KeyedNames.LoadOrMake(key) : KeyedNames.Once();
    }

    private static string? Word(CommandResult result, Option<string?> option) => result.GetResult(option) is { Tokens: [{ Value: var word }, ..] } ? word : null;
}
