using Tocsin.Daemon.Config;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Libraries;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Recordings;
using Tocsin.Ingest.Replay;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Backtests;

/// <param name="Split">Segments that start before it are learned from.</param>
/// <param name="LeadMs">How long before the scheduler's word an alert counts for it.</param>
internal sealed record BacktestOptions(string Data, TimePoint From, TimePoint Until, TimePoint Split, long LeadMs, LearnOptions Learn)
{
    /// <summary>Where the library is kept; null = nowhere.</summary>
    public string? Library { get; init; }

    /// <summary>What the reader has to know of the data, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Alerts a day of the whole site; null = as the site's options say.</summary>
    public double? AlertBudget { get; init; }

    /// <summary>That the whole site has; null = those of the recording.</summary>
    public int? SiteNodes { get; init; }
}

/// <summary>Learns on the first part of a history, then watches the rest by the daemon's own shards.</summary>
/// <param name="known">What Slurm knows of its nodes; null = nobody asked.</param>
internal sealed class BacktestRun(BacktestOptions options, Func<TimeSpan, ServeOptions> site, IReadOnlyList<Incident>? known, Action<string> say)
{
    /// <summary>After the last sample: what is held becomes an alert or does not.</summary>
    private static readonly TimeSpan After = TimeSpan.FromMinutes(2);

    /// <exception cref="TocsinException">The history cannot be used.</exception>
    public async Task<BacktestResult> RunAsync(CancellationToken stop)
    {
        var recording = DataFolder.Open(options.Data, new DataOptions());
        if (recording is not ScrapeRecording)
            throw new BadDataException("a backtest plays scrapes: expected the recording layout (scrapes.tsv.gz and jobs.psv)");
        var (first, last) = recording.Span;
        var (fromMs, untilMs) = (Math.Max(first, options.From.Resolve(first, last)), Math.Min(last + 1, options.Until.Resolve(first, last)));
        var splitMs = options.Split.Resolve(fromMs, untilMs);
        if (splitMs <= fromMs || splitMs >= untilMs)
            throw new BadDataException($"--split lies at {splitMs / 1000}, expected after {fromMs / 1000} and before {untilMs / 1000}: one part is learned from and the other watched");
        var learned = Cadence(recording, fromMs, splitMs);
        var serve = site(TimeSpan.FromMilliseconds(learned));
        var player = RecordingPlayer.Open(options.Data, new ReplayOptions { Cluster = serve.Cluster, Speed = double.PositiveInfinity, KeepTimes = true, SamplesAtOnce = 1 }, TimeProvider.System);
        var library = Learn(recording, fromMs, splitMs, serve.BudgetFor(options.SiteNodes ?? player.Nodes.Count, options.AlertBudget));
        var watched = new Watched();
        using var chain = new BacktestChain(serve, new ScoringLibrary(library), Catalogue.Default, watched.Add, say);
        var range = new TimeRangeMs(splitMs, untilMs);
        var feed = new BacktestFeed(chain, recording.Jobs, player.Nodes, range, learned);
        chain.Begin(splitMs);
        await player.RunAsync(feed, stop);
        stop.ThrowIfCancellationRequested();
        if (feed.Scrapes.Count == 0)
            throw new BadDataException("no sample lies after the split, so there is nothing to watch; give an earlier --split");
        feed.End(After);
        var nodes = player.Nodes.Order(StringComparer.Ordinal).ToArray();
        IReadOnlyList<Incident> incidents = [.. recording.Faults.Select(Incident.Of).Concat(known ?? []).Where(i => i.StartMs >= splitMs && i.StartMs < untilMs)];
        // Of a node that was not watched nothing could be found.
        var watchable = incidents.Where(i => i.Nodes.Count == 0 || i.IsOn(nodes)).ToArray();
        var seen = new TimeRangeMs(splitMs, Math.Min(untilMs, feed.LastMs + learned));
        var alerts = chain.Alerts.OrderBy(a => a.RaisedMs).ToArray();
        return new BacktestResult(
            recording.Description, [.. library.Patterns.Patterns.Select(p => p.Name)], new TimeRangeMs(fromMs, splitMs), seen, nodes, nodes.Length * (seen.UntilMs - seen.FromMs) / (double)learned, feed.Scrapes.Values.Sum(), watched, alerts,
            recording.HasTruth || known is not null ? Hits.Of(alerts, watchable, options.LeadMs, nodes.Length * seen.Hours) : null, options.LeadMs)
        {
            Budget = BudgetChoice.Of(library),
            Notes = watchable.Length == incidents.Count ? options.Notes : [.. options.Notes, Elsewhere(incidents.Count - watchable.Length)],
        };
    }

    private static string Elsewhere(int count) => count == 1
        ? "1 known incident is of a node that is not in this history, and left out."
        : $"{count} known incidents are of nodes that are not in this history, and left out.";

    private PatternLibrary Learn(IRecording recording, long fromMs, long splitMs, AlertBudget? budget)
    {
        var trainer = new LibraryTrainer(options.Learn with { Budget = budget }) { Catalogue = Catalogue.Default.Text, Say = l => { if (!l.StartsWith("part ", StringComparison.Ordinal)) say(l); } };
        var library = trainer.Train(recording.Segments(new TimeRange(new TimePoint(fromMs, null), new TimePoint(splitMs, null))), recording.Description);
        if (options.Library is { } file)
            LibraryFile.Save(file, library);
        return library;
    }

    private static long Cadence(IRecording recording, long fromMs, long splitMs) =>
        recording.Segments(new TimeRange(new TimePoint(fromMs, null), new TimePoint(splitMs, null))).FirstOrDefault()?.CadenceMs
            ?? throw new BadDataException("no segment begins before the split, so there is nothing to learn from; give a later --split, or an earlier --from");
}
