using System.Diagnostics;
using Tocsin.Scale.Stream;

namespace Tocsin.Scale.Load;

/// <summary>Plays the fleet at its cadence: nodes are scraped one after another, evenly over it, and each request leaves when the last of its nodes was scraped.</summary>
internal sealed class PacedSender : IDisposable
{
    private readonly LoadOptions _options;
    private readonly Fleet _fleet;
    private readonly JobBook _jobs;
    private readonly WriteConnection[] _connections;
    private readonly Block[] _blocks;
    private long _beginMs;
    private readonly Stopwatch _clock = new();
    private long _latestMs;

    public PacedSender(LoadOptions options, Uri daemon, JobBook jobs)
    {
        (_options, _jobs) = (options, jobs);
        _fleet = new Fleet(NodeSeries.All, options.Nodes, 1);
        _connections = [.. Enumerable.Range(0, options.Connections).Select(_ => new WriteConnection(new Uri(daemon, "/api/v1/write")))];
        var nodes = options.NodesOfRequest * options.Split;
        _blocks = [.. Enumerable.Range(0, (options.Nodes + nodes - 1) / nodes).Select(b => new Block(b * nodes, Math.Min(nodes, options.Nodes - (b * nodes)), options.Split))];
    }

    public long Sent => _connections.Sum(c => c.Sent);

    public long Dropped => _connections.Sum(c => c.Dropped);

    public long Requests => _connections.Sum(c => c.Requests);

    public long Retries => _connections.Sum(c => c.Retries);

    public long Bytes => _connections.Sum(c => c.Bytes);

    public string? Refusal => _connections.Select(c => c.Refusal).FirstOrDefault(r => r is not null);

    /// <summary>The longest that a request left after its time, in ms: what the load tool itself, or a connection that waits for its answer, holds up.</summary>
    public long LatestMs => Interlocked.Read(ref _latestMs);

    /// <param name="stop">What is under way goes on to its answer: what was sent is then known.</param>
    /// <param name="giveUp">Ends that, too.</param>
    public Task RunAsync(CancellationToken stop, CancellationToken giveUp)
    {
        _beginMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        _clock.Restart();
        return Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => RunAsync(lane, stop, giveUp), stop)));
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Dispose();
    }

    /// <summary>Each has a connection for each part that a node's series are split into.</summary>
    private int Lanes => _connections.Length / _options.Split;

    private async Task RunAsync(int lane, CancellationToken stop, CancellationToken giveUp)
    {
        var values = new double[NodeSeries.All.Count];
        for (var tick = 0; ; tick++)
        {
            for (var b = lane; b < _blocks.Length; b += Lanes)
            {
                var block = _blocks[b];
                var due = OffsetMs(tick, block.FirstNode + block.Nodes - 1);
                var wait = due - _clock.ElapsedMilliseconds;
                if (wait > 0)
                    await Task.Delay((int)wait, stop);
                var late = _clock.ElapsedMilliseconds - due;
                if (late > LatestMs)
                    Interlocked.Exchange(ref _latestMs, late);
                for (var node = block.FirstNode; node < block.FirstNode + block.Nodes; node++)
                {
                    var timeMs = Scrape(tick, node, values);
                    foreach (var part in block.Parts)
                        part.Fill(node, timeMs, values);
                }
                await Task.WhenAll(block.Parts.Select((part, p) => _connections[(lane * _options.Split) + p].SendAsync(part.Packed(), part.Samples, giveUp)));
                stop.ThrowIfCancellationRequested();
            }
        }
    }

    private long Scrape(int tick, int node, double[] values)
    {
        var at = _beginMs + OffsetMs(tick, node);
        var job = _jobs.At(node, at);
        _fleet.Step(node, job?.Work ?? 0, (at - (job?.StartMs ?? (_beginMs - 3_600_000))) / 1000.0, _options.Cadence.TotalSeconds, values);
        return at;
    }

    private long OffsetMs(int tick, int node) => (long)(_options.Cadence.TotalMilliseconds * (tick + ((double)node / _options.Nodes)));

    /// <summary>Nodes whose scrapes leave together, in a request for each part of their series.</summary>
    private sealed class Block(int firstNode, int nodes, int split)
    {
        public int FirstNode => firstNode;

        public int Nodes => nodes;

        public RequestTemplate[] Parts { get; } =
            [.. Enumerable.Range(0, split).Select(p => new RequestTemplate((NodeSeries.All.Count * p / split)..(NodeSeries.All.Count * (p + 1) / split), firstNode, nodes))];
    }
}
