using System.Collections.Concurrent;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Sources;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.RemoteWrite;

/// <summary>Prometheus remote_write 0.1.0, from the bytes of a request to the answer. Thread-safe; the host brings the bytes and sends the answer.</summary>
public sealed class RemoteWriteReceiver : IDisposable
{
    private readonly RemoteWriteLimits _limits;
    private readonly ISampleSink _sink;
    private readonly TimeProvider _clock;
    private readonly SeriesCache _cache;
    private readonly SeriesIdentity _identity;
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentBag<Desk> _desks = [];
    private long _requests, _refused, _repeated, _series, _exemplars, _histograms, _metadata, _stale;

    /// <exception cref="Tocsin.Shared.BadDataException">An option of the identity is nonsense.</exception>
    public RemoteWriteReceiver(IdentityOptions identity, RemoteWriteLimits limits, ISampleSink sink, TimeProvider clock)
    {
        _limits = limits;
        _sink = sink;
        _clock = clock;
        _identity = new SeriesIdentity(identity);
        _cache = new SeriesCache(limits);
        _slots = new SemaphoreSlim(limits.Concurrent, limits.Concurrent);
    }

    /// <summary>Samples of requests that could be read: sent = accepted + rejected. What was answered 503 is rejected here, and sent again by the sender.</summary>
    public SampleTally Tally { get; } = new();

    public RemoteWriteCounts Counts => new(
        Interlocked.Read(ref _requests), Interlocked.Read(ref _refused), Interlocked.Read(ref _repeated), Interlocked.Read(ref _series),
        Interlocked.Read(ref _exemplars), Interlocked.Read(ref _histograms), Interlocked.Read(ref _metadata), Interlocked.Read(ref _stale),
        _cache.Known.Map.Count, _cache.Known.SeriesCount, _cache.Known.NodeCount);

    /// <param name="body">Not used after the answer; more than <see cref="RemoteWriteLimits.Body"/> bytes are refused, so a host reads no more than one beyond.</param>
    public async ValueTask<RemoteWriteAnswer> ReceiveAsync(ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        Interlocked.Increment(ref _requests);
        if (body.Length > _limits.Body)
            return Refuse(413, $"the body has more than {_limits.Body} bytes");
        if (!await _slots.WaitAsync(_limits.Wait, stop))
        {
            Interlocked.Increment(ref _repeated);
            return new RemoteWriteAnswer(503, "too many requests under way", TimeSpan.FromSeconds(1));
        }
        var desk = _desks.TryTake(out var free) ? free : new Desk(_cache, _identity, _limits);
        try
        {
            return desk.Read(body.Span, _clock.GetUtcNow()) is { } why ? Refuse(400, why) : await HandOnAsync(desk, stop);
        }
        finally
        {
            if (desk.IsModest)
                _desks.Add(desk);
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    private async ValueTask<RemoteWriteAnswer> HandOnAsync(Desk desk, CancellationToken stop)
    {
        var (decoder, batches) = (desk.Decoder, desk.Batches);
        Tally.AddSent(decoder.Count);
        Count(decoder, batches);
        var answer = RemoteWriteAnswer.NoContent;
        var result = AppendResult.Done;
        try
        {
            if (batches.Samples > 0)
                result = await _sink.AppendAsync(batches.Batches, stop);
        }
        catch (OperationCanceledException)
        {
            // The sender has gone and will come again: whether or not the samples are in the log, they count as not taken.
            result = new Unavailable("cancelled");
            throw;
        }
        finally
        {
            answer = Settle(result, batches.Samples);
        }
        return answer;
    }

    private RemoteWriteAnswer Settle(AppendResult result, int samples)
    {
        switch (result)
        {
            case Appended:
                Tally.AddAccepted(samples);
                return RemoteWriteAnswer.NoContent;
            case Overloaded overloaded:
                Tally.AddRejected(RejectReasons.Overloaded, samples);
                Interlocked.Increment(ref _repeated);
                return new RemoteWriteAnswer(503, RejectReasons.Overloaded, overloaded.RetryAfter);
            case Unavailable unavailable:
                Tally.AddRejected(RejectReasons.Unavailable, samples);
                Interlocked.Increment(ref _repeated);
                return new RemoteWriteAnswer(503, unavailable.Reason);
            default:
                throw new InvalidOperationException($"a sink answered {result.GetType().Name}");
        }
    }

    private void Count(WriteDecoder decoder, BatchBuilder batches)
    {
        Interlocked.Add(ref _series, decoder.Series);
        Interlocked.Add(ref _exemplars, decoder.Exemplars);
        Interlocked.Add(ref _histograms, decoder.Histograms);
        Interlocked.Add(ref _metadata, decoder.Metadata);
        Interlocked.Add(ref _stale, batches.StaleMarkers);
        batches.CountRejected(Tally);
    }

    private RemoteWriteAnswer Refuse(int status, string why)
    {
        Interlocked.Increment(ref _refused);
        return new RemoteWriteAnswer(status, why);
    }
}
