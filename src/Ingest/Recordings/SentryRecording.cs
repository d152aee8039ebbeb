using Tocsin.Ingest.Frames;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Recordings;

/// <summary>The NodeSentry layout: <c>Job</c>, <c>Train/</c> and <c>Test/</c> with one CSV a node and job. Its publisher has cut the segments
/// already: each file is one, whatever else ran on the node.</summary>
public sealed class SentryRecording : IRecording
{
    public const string JobsFile = "Job";

    private readonly IReadOnlyList<SentryFile> _files;
    private readonly DataOptions _options;
    private readonly Rejections _opening;
    private readonly long _cadenceMs;

    private SentryRecording(string name, IReadOnlyList<SentryFile> files, DataOptions options, Rejections opening)
    {
        _files = files;
        _options = options;
        _opening = opening;
        Rejections = opening;
        Span = (files.Min(f => f.FirstMs), files.Max(f => f.LastMs));
        _cadenceMs = options.CadenceMs ?? Cadence.FromSpacings(files.SelectMany(f => f.SpacingsMs).ToList());
        var nodes = files.Select(f => f.Node).Distinct().Count();
        Description = $"{name} (NodeSentry layout, nodes: {nodes}, files: {files.Count}, cadence: {_cadenceMs / 1000.0:0.##} s)";
    }

    public string Description { get; }

    public Rejections Rejections { get; private set; }

    public bool HasTruth => _files.Any(f => f.HasLabel);

    public IReadOnlyList<FaultEvent> Faults => [];

    public required IReadOnlyList<JobRun> Jobs { get; init; }

    public (long FirstMs, long LastMs) Span { get; }

    internal static SentryRecording Open(string path, string name, DataOptions options)
    {
        var jobsPath = Path.Combine(path, JobsFile);
        if (!File.Exists(jobsPath))
            throw new BadDataException($"'{name}' has no file {JobsFile}: expected a table 'JobID|NodeList|Start|End' beside Train/");
        var rejections = new Rejections();
        var jobs = JobTable.Read(jobsPath, rejections);
        var files = new List<SentryFile>();
        foreach (var part in (string[])["Train", "Test"])
        {
            var folder = Path.Combine(path, part);
            if ((options.Part is not null && options.Part != part) || !Directory.Exists(folder))
                continue;
            foreach (var file in Directory.EnumerateFiles(folder, "*.csv*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (SentryFile.Survey(file, options.Cluster, jobs, rejections) is { } found)
                    files.Add(found);
            }
        }
        if (files.Count == 0)
            throw new BadDataException($"'{name}' holds no segment{(options.Part is null ? "" : $" in {options.Part}/")}: expected {options.Part ?? "Train"}/<node>/<node>_<job>.csv or .csv.gz with a line a frame");
        // In the order in which they close, as a stream would give them.
        files.Sort((a, b) => a.LastMs != b.LastMs ? a.LastMs.CompareTo(b.LastMs) : string.CompareOrdinal(a.Name, b.Name));
        return new SentryRecording(name, files, options, rejections) { Jobs = jobs };
    }

    public IEnumerable<Segment> Segments(TimeRange range)
    {
        Rejections = _opening.Copy();
        var from = range.From?.Resolve(Span.FirstMs, Span.LastMs) ?? long.MinValue;
        var until = range.Until?.Resolve(Span.FirstMs, Span.LastMs) ?? long.MaxValue;
        return Read(from, until, Rejections);
    }

    private IEnumerable<Segment> Read(long from, long until, Rejections rejections)
    {
        var schemas = new SchemaPool();
        foreach (var file in _files)
        {
            var start = Math.Max(file.Job.StartMs, Span.FirstMs);
            if (start >= from && start < until)
            {
                using var csv = new SentryCsv(file.Path);
                yield return csv.Read(file, schemas, _cadenceMs, rejections);
            }
        }
    }
}
