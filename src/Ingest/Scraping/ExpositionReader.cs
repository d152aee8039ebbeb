using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Prometheus;
using Tocsin.Ingest.Sources;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Scraping;

/// <summary>From the text of one target, as it came, to batches: what a scrape does, without the scraping. Not thread-safe.</summary>
public sealed class ExpositionReader
{
    private readonly ExpositionDecoder _decoder;
    private readonly BatchBuilder _batches;
    private readonly TargetMemory _target = new("target", new Dictionary<string, string> { ["instance"] = "node:9100", ["job"] = "node" });

    public ExpositionReader(IdentityOptions identity, SeriesLimits limits)
    {
        _decoder = new ExpositionDecoder(new SeriesCache(limits), new SeriesIdentity(identity));
        _batches = new BatchBuilder(limits, identity.ReplicaSilence, SampleSource.Scrape);
    }

    /// <summary>Valid until the next call.</summary>
    public IReadOnlyList<SampleBatch> Batches => _batches.Batches;

    public SampleTally Tally { get; } = new();

    /// <summary>How many samples were taken, <c>up</c> among them.</summary>
    public int Read(ReadOnlySpan<byte> text, TextFormat format, DateTimeOffset now = default)
    {
        _decoder.Read(text, format, up: true, _target, now);
        _batches.Take(_decoder.Rows, _decoder.Known, now);
        Tally.AddSent(_decoder.Rows.Length + _decoder.Rejected.Values.Sum());
        Tally.AddAccepted(_batches.Samples);
        _batches.CountRejected(Tally);
        foreach (var (reason, count) in _decoder.Rejected)
            Tally.AddRejected(reason, count);
        return _batches.Samples;
    }
}
