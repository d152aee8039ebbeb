using System.Globalization;
using System.IO.Compression;
using System.Text;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Backfill;

/// <param name="Requests">Of this run; a run that goes on asks only for what it lacks.</param>
/// <param name="Rejected">Series that came and belong to no node, or not to the one that was asked for, by reason.</param>
public sealed record BackfillReport(long Requests, long Points, long Scrapes, IReadOnlyDictionary<string, long> Rejected);

/// <summary>Fetches training history into a recording: raw counters and gauges, node by node, in stretches that a server answers; what was fetched is kept.</summary>
/// <remarks>A server answers each step with the last value of the five minutes before it, so a gap of less than that comes back filled, and a counter's
/// increase may fall into the step beside its own. Over a window of frames neither matters; a recording made live has neither.</remarks>
public sealed class BackfillRun : IDisposable
{
    /// <summary>Below it there is nothing left to halve.</summary>
    private const long LeastSteps = 10;

    private BackfillOptions _options;
    private readonly string _folder;
    private readonly QueryClient _client;
    private readonly SeriesIdentity _identity;
    private readonly SortedDictionary<string, long> _rejected = new(StringComparer.Ordinal);
    private BackfillProgress? _progress;
    private long _points;

    /// <param name="folder">Of the recording; what is fetched stands beside it, in a folder with <c>.parts</c> behind its name, until the recording is whole.</param>
    /// <exception cref="BadDataException">An option is out of its range, or the folder holds a recording.</exception>
    public BackfillRun(BackfillOptions options, string folder, TimeProvider clock)
    {
        options.Check();
        _options = options;
        _folder = Path.TrimEndingDirectorySeparator(folder);
        if (File.Exists(Path.Combine(_folder, ScrapeRecording.ScrapesFile)))
            throw new BadDataException($"'{Path.GetFileName(_folder)}' holds a recording already: expected a new folder");
        _identity = new SeriesIdentity(options.Identity);
        _client = new QueryClient(options, clock);
    }

    /// <summary>Null: names are written as they come. Hidden is what the recording holds; what is fetched so far has its names until it is whole, and goes then.</summary>
    public Anonymiser? Hide { get; set; }

    public void Dispose() => _client.Dispose();

    /// <summary>Looks what there is and what of it to fetch, or takes up the plan of a run that was broken off. Nothing but a few counts is asked for.</summary>
    /// <exception cref="DependencyException">The server does not answer, or not as it should.</exception>
    public async Task<(BackfillPlan Plan, bool Resumed)> PlanAsync(CancellationToken stop)
    {
        var question = string.Create(CultureInfo.InvariantCulture,
            $"{_options.Url} {_options.Matchers} {_options.Times ?? $"{_options.FromMs} {_options.UntilMs}"} {_options.StepMs} {_options.MaxPoints} {_options.PointsPerRequest} {_options.Access.Tenant} {_options.Identity.Cluster}");
        _progress = BackfillProgress.Find(_folder + ".parts", question)
            ?? BackfillProgress.Begin(_folder + ".parts", question, _options, BackfillPlan.Make(_options, await new NodeSurvey(_client, _options).RunAsync(stop)));
        _options = _options with { FromMs = _progress.FromMs, UntilMs = _progress.UntilMs };
        return (_progress.Plan, _progress.Resumed);
    }

    /// <param name="jobs">A table of jobs to go with it; null = an empty one.</param>
    /// <param name="told">After each stretch: how many of how many are there.</param>
    /// <exception cref="DependencyException">The server does not answer any more, or a disk is full; what was fetched is kept.</exception>
    public async Task<BackfillReport> FetchAsync(string? jobs, Action<long, long> told, CancellationToken stop)
    {
        var progress = _progress ?? throw new InvalidOperationException("no plan was made");
        var nodes = progress.Plan.Types.SelectMany(t => t.Chosen.Select(n => (Node: n, Chunk: (long)progress.Plan.ChunkSteps[t.Type]))).ToArray();
        var all = nodes.Sum(n => Chunks(n.Chunk));
        long done = 0;
        for (var n = 0; n < nodes.Length; n++)
        {
            for (long c = 0; c < Chunks(nodes[n].Chunk); c++)
            {
                if (!File.Exists(progress.PartPath(n, c)))
                    await PartAsync(progress.PartPath(n, c), nodes[n].Node, c * nodes[n].Chunk, nodes[n].Chunk, stop);
                told(++done, all);
            }
        }
        var scrapes = Assemble(progress, nodes.Select(n => (n.Node.Name, Chunks(n.Chunk))).ToArray(), jobs);
        progress.Delete();
        return new BackfillReport(_client.Requests, _points, scrapes, _rejected);
    }

    private long Chunks(long steps) => (_options.Steps + steps - 1) / steps;

    private async Task PartAsync(string path, BackfillNode node, long first, long steps, CancellationToken stop)
    {
        var series = new List<QuerySeries>();
        steps = Math.Min(steps, _options.Steps - first);
        foreach (var matchers in node.Matchers)
            await StretchAsync(matchers, node.Name, first, steps, series, stop);
        // Pieces of one series, where a stretch had to be halved, become one again: times are not asked for twice.
        var whole = series.GroupBy(s => s.Series, SeriesMeaning.Comparer).Select(g => new QuerySeries(g.Key, g.SelectMany(s => s.Points).OrderBy(p => p.TimeMs).DistinctBy(p => p.TimeMs).ToList())).ToArray();
        _points += whole.Sum(s => (long)s.Points.Count);
        try
        {
            BackfillProgress.Put(path, Pack(whole, node.Name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"'{path}' cannot be written: {e.Message}; free space and run it again to go on", e);
        }
    }

    private async Task StretchAsync(string matchers, string node, long first, long steps, List<QuerySeries> into, CancellationToken stop)
    {
        try
        {
            var answer = await _client.RangeAsync($"{{{matchers}}}", _options.FirstMs + (first * _options.StepMs), _options.FirstMs + ((first + steps - 1) * _options.StepMs), stop);
            foreach (var series in answer)
            {
                var why = _identity.Map(series.Series, out var owned) ?? (owned.Node.Name == node ? null : RejectReasons.NotWatched);
                if (why is null)
                    into.Add(series with { Series = owned.Series });
                else
                    _rejected[why] = _rejected.GetValueOrDefault(why) + 1;
            }
        }
        catch (AnswerTooLargeException e)
        {
            if (steps <= LeastSteps)
                throw new DependencyException($"{_options.Url.Host}:{_options.Url.Port} answers not even {steps} steps of node {node}: {e.Message}; --match fewer series", e);
            await StretchAsync(matchers, node, first, steps / 2, into, stop);
            await StretchAsync(matchers, node, first + (steps / 2), steps - (steps / 2), into, stop);
        }
    }

    private static byte[] Pack(IReadOnlyList<QuerySeries> series, string node)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            foreach (var (timeMs, body) in ScrapeTextWriter.Write(series))
                gzip.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"#t\t{timeMs / 1000}.{timeMs % 1000:000}\t{node}\n{body}")));
        }
        return packed.ToArray();
    }

    private long Assemble(BackfillProgress progress, IReadOnlyList<(string Node, long Chunks)> nodes, string? jobs)
    {
        long scrapes = 0;
        // Under another name until it is whole: a folder with half a recording in it would be taken for one.
        var half = _folder + ".half";
        if (Directory.Exists(half))
            Directory.Delete(half, recursive: true);
        var table = Hide is null ? jobs : HiddenJobs.Write(half, jobs, Hide);
        using (var writer = new RecordingWriter(half, table) { Hide = Hide })
        {
            var parts = nodes.Select((node, n) => (IReadOnlyList<string>)[.. Enumerable.Range(0, (int)node.Chunks).Select(c => progress.PartPath(n, c))]).ToArray();
            new PartMerge(progress.Folder).Run(parts, [.. nodes.Select(n => n.Node)], (timeMs, node, body) =>
            {
                writer.Write(timeMs, node, body);
                scrapes++;
            });
        }
        if (scrapes == 0)
            throw new DependencyException("not one value came back: check the times; what is fetched is kept");
        if (Directory.Exists(_folder))
            MoveInto(half);
        else
            Directory.Move(half, _folder);
        return scrapes;
    }

    private void MoveInto(string half)
    {
        foreach (var file in Directory.EnumerateFiles(half).OrderBy(f => Path.GetFileName(f) == ScrapeRecording.ScrapesFile))
            File.Move(file, Path.Combine(_folder, Path.GetFileName(file)), overwrite: true);
        Directory.Delete(half);
    }
}
