using Tocsin.Ingest.Frames;
using Tocsin.Ingest.Prometheus;
using Tocsin.Ingest.Segments;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Recordings;

/// <summary>The <i>recording</i> layout: scrapes of one or more nodes as Prometheus text, a table of jobs, optionally one of faults.</summary>
public sealed class ScrapeRecording : IRecording
{
    public const string ScrapesFile = "scrapes.tsv.gz";
    public const string JobsFile = "jobs.psv";
    public const string FaultsFile = "faults.psv";

    private const string NoName = "node";

    private readonly string _scrapes;
    private readonly DataOptions _options;
    private readonly ScrapeSurvey _survey;
    private readonly Rejections _opening;

    private ScrapeRecording(string scrapes, string name, DataOptions options, ScrapeSurvey survey, Rejections opening)
    {
        _scrapes = scrapes;
        _options = options;
        _survey = survey;
        _opening = opening;
        Rejections = opening;
        Description = $"{name} (recording, nodes: {survey.Nodes.Count}, scrapes: {survey.Scrapes}, cadence: {survey.CadenceMs / 1000.0:0.##} s)";
    }

    public string Description { get; }

    public Rejections Rejections { get; private set; }

    public required bool HasTruth { get; init; }

    public required IReadOnlyList<FaultEvent> Faults { get; init; }

    public required IReadOnlyList<JobRun> Jobs { get; init; }

    public (long FirstMs, long LastMs) Span => (_survey.FirstMs, _survey.LastMs);

    internal static ScrapeRecording Open(string path, string name, DataOptions options)
    {
        string In(string file) => Path.Combine(path, file);
        foreach (var file in (string[])[ScrapesFile, JobsFile])
        {
            if (!File.Exists(In(file)))
                throw new BadDataException($"'{name}' has no {file}: a recording is {ScrapesFile} and {JobsFile} (a first line alone where no job ran)");
        }
        var rejections = new Rejections();
        var jobs = JobTable.Read(In(JobsFile), rejections);
        var truth = File.Exists(In(FaultsFile));
        var faults = truth ? FaultTable.Read(In(FaultsFile)) : [];
        var named = jobs.SelectMany(j => j.Nodes).Distinct(StringComparer.Ordinal).Take(2).ToArray();
        var unnamed = options.NodeName ?? (named.Length == 1 ? named[0] : NoName);
        var survey = ScrapeSurvey.Read(In(ScrapesFile), unnamed, options);
        if (survey.Nodes.Contains(NoName) && options.NodeName is null && named.Length > 1)
            throw new BadDataException($"{JobsFile} names several nodes ({JobTable.Short(string.Join(", ", named))}, ...) and {ScrapesFile} does not say which it is of: expected the node as third field of its '#t' lines");
        return new ScrapeRecording(In(ScrapesFile), name, options with { NodeName = unnamed }, survey, rejections) { Jobs = jobs, Faults = faults, HasTruth = truth };
    }

    public IEnumerable<Segment> Segments(TimeRange range)
    {
        Rejections = _opening.Copy();
        return new Reading(this, Rejections, range).Segments();
    }

    /// <summary>One pass over the scrapes.</summary>
    private sealed class Reading
    {
        private readonly ScrapeRecording _of;
        private readonly Rejections _rejections;
        private readonly long _fromMs;
        private readonly long _untilMs;
        private readonly SeriesTable _table = new();
        private readonly SchemaPool _schemas = new();
        private readonly Dictionary<string, NodeReading?> _nodes = new(StringComparer.Ordinal);
        private readonly List<NodeReading> _inOrder = [];
        private readonly List<Sample> _samples = [];
        private readonly ILookup<string, JobRun> _jobsOf;
        private readonly JobRun[] _jobsOfAll;

        public Reading(ScrapeRecording of, Rejections rejections, TimeRange range)
        {
            _of = of;
            _rejections = rejections;
            var (first, last) = of.Span;
            _fromMs = range.From?.Resolve(first, last) ?? long.MinValue;
            _untilMs = range.Until?.Resolve(first, last) ?? long.MaxValue;
            _jobsOf = of.Jobs.SelectMany(j => j.Nodes.Select(n => (Node: n, Job: j))).ToLookup(p => p.Node, p => p.Job, StringComparer.Ordinal);
            _jobsOfAll = of.Jobs.Where(j => j.Nodes.Count == 0).ToArray();
        }

        public IEnumerable<Segment> Segments()
        {
            using var file = new GzipFile(_of._scrapes, _of._options.AcceptTornTail);
            var reader = new ScrapeReader(file, ScrapesFile, _rejections);
            while (reader.Next())
            {
                if (_of._options.AcceptTornTail && reader.AtEnd)
                {
                    _rejections.Add("last scrape of a recording that may be torn", $"at {reader.TimeMs / 1000.0:F3}");
                    break;
                }
                if (NodeOf(reader.Node ?? _of._options.NodeName!) is not { } node || node.IsDone)
                    continue;
                // This one still goes in: it closes the node's last wanted segment.
                node.IsDone = reader.TimeMs >= node.StopMs;
                _samples.Clear();
                node.Text.Parse(reader.Body, TextFormat.Prometheus, _samples);
                if (node.Cutter.Add(new SampleBatch(node.Key, reader.TimeMs, _samples)) is { } segment)
                    yield return segment;
            }
            foreach (var node in _inOrder)
            {
                if (node.Cutter.Finish() is { } segment)
                    yield return segment;
            }
            NameNodesWithoutData();
        }

        /// <summary>A node that jobs ran on and that no scrape came from: said, since its jobs are in the table and their frames nowhere.</summary>
        private void NameNodesWithoutData()
        {
            foreach (var node in _jobsOf)
            {
                if (!_nodes.ContainsKey(node.Key))
                    _rejections.Add("node without data", JobTable.Short(node.Key));
            }
        }

        private NodeReading? NodeOf(string name)
        {
            if (_nodes.TryGetValue(name, out var node))
                return node;
            if (NodeKey.TryParse(_of._options.Cluster, name, out var key))
            {
                var cadence = _of._survey.CadenceMs;
                var assembler = new FrameAssembler(key, _of._options.Catalogue, _schemas, cadence, _rejections);
                var jobs = new JobTimeline(_jobsOf[name].Concat(_jobsOfAll));
                var faults = _of.Faults.Where(f => f.Nodes.Count == 0 || f.Nodes.Contains(name)).ToArray();
                Func<long, byte>? label = _of.HasTruth ? t => (byte)(faults.Any(f => f.Covers(name, t)) ? 1 : 0) : null;
                var cutter = new SegmentCutter(assembler, jobs, cadence, _rejections, IsWanted, label);
                // The segment that starts last within the range ends here; what the node says later need not be parsed.
                var stop = jobs.Spans.Last(s => s.StartMs < _untilMs).EndMs ?? long.MaxValue;
                node = new NodeReading(key, new PrometheusText(_table, _rejections), cutter, stop);
                _inOrder.Add(node);
            }
            else
                _rejections.Add("node's name", JobTable.Short(name));
            _nodes.Add(name, node);
            return node;
        }

        private bool IsWanted(long startMs)
        {
            var start = Math.Max(startMs, _of.Span.FirstMs);
            return start >= _fromMs && start < _untilMs;
        }
    }

    private sealed record NodeReading(NodeKey Key, PrometheusText Text, SegmentCutter Cutter, long StopMs)
    {
        public bool IsDone { get; set; }
    }
}
