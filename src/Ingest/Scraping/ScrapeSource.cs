using System.Collections.Concurrent;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Live;
using Tocsin.Ingest.Sources;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Scraping;

/// <summary>Scrapes targets on a steady rhythm into a sink.</summary>
/// <remarks>Each target goes by itself, so that one that hangs holds up no other. A target that fails is tried again at its next turn: no sooner, so that
/// the configured interval is kept, and no later, so that a node that is back is seen within one interval. Its <c>up</c> is 0 meanwhile.
/// What the sink has no room for is counted and gone: the next scrape is worth more than the last one.</remarks>
public sealed class ScrapeSource
{
    private readonly ScrapeOptions _options;
    private readonly SeriesIdentity _identity;
    private readonly SeriesLimits _limits;
    private readonly ISampleSink _sink;
    private readonly TimeProvider _clock;
    private readonly SeriesCache _cache;
    private readonly ConcurrentBag<(ExpositionDecoder Decoder, BatchBuilder Batches)> _desks = [];
    private readonly ConcurrentDictionary<string, TargetStatus> _status = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _failures = new(StringComparer.Ordinal);
    private readonly TargetFiles _files;
    private long _scrapes;
    private long _skipped;

    /// <exception cref="Tocsin.Shared.BadDataException">An option is out of its range.</exception>
    public ScrapeSource(ScrapeOptions options, IdentityOptions identity, SeriesLimits limits, ISampleSink sink, TimeProvider clock)
    {
        options.Check();
        _options = options;
        _identity = new SeriesIdentity(identity);
        _limits = limits;
        _sink = sink;
        _clock = clock;
        _cache = new SeriesCache(limits);
        _files = new TargetFiles(options.Files, options.Job);
    }

    /// <summary>Sent: the lines of exposition text that are no comments, and one <c>up</c> a scrape.</summary>
    public SampleTally Tally { get; } = new();

    /// <summary>By reason.</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    /// <summary>Begun, failed ones too.</summary>
    public long Scrapes => Interlocked.Read(ref _scrapes);

    /// <summary>Turns that passed while a scrape was still under way.</summary>
    public long SkippedTurns => Interlocked.Read(ref _skipped);

    public IReadOnlyCollection<TargetStatus> Targets => _status.Values.ToArray();

    /// <summary>What is wrong with which file of targets; its last good ones are scraped meanwhile.</summary>
    public IReadOnlyDictionary<string, string> FileProblems { get; private set; } = new Dictionary<string, string>();

    /// <summary>Until <paramref name="stop"/>; then it ends without an exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var client = new ScrapeClient(_clock, _options.Concurrent);
        var loops = new Dictionary<string, (Task Running, CancellationTokenSource End)>(StringComparer.Ordinal);
        try
        {
            while (true)
            {
                await SetAsync(loops, client, stop);
                await Task.Delay(_options.Refresh, _clock, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            foreach (var (running, end) in loops.Values)
                await EndAsync(running, end);
        }
    }

    /// <summary>Starts loops for new targets and ends those of targets that are gone.</summary>
    private async Task SetAsync(Dictionary<string, (Task Running, CancellationTokenSource End)> loops, ScrapeClient client, CancellationToken stop)
    {
        var wanted = new Dictionary<string, ScrapeTarget>(StringComparer.Ordinal);
        foreach (var target in _options.Targets.Concat(_files.Refresh()).Take(FileSd.MaxTargets))
            wanted.TryAdd(target.Key, target);
        FileProblems = _files.Problems;
        foreach (var key in loops.Keys.Where(k => !wanted.ContainsKey(k) || loops[k].Running.IsFaulted).ToArray())
        {
            loops.Remove(key, out var gone);
            // A loop that threw is a bug, and is not hidden.
            await EndAsync(gone.Running, gone.End);
            _status.TryRemove(key, out _);
        }
        foreach (var (key, target) in wanted)
        {
            if (loops.ContainsKey(key))
                continue;
            var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            loops.Add(key, (LoopAsync(target, client, end.Token), end));
        }
    }

    private static async Task EndAsync(Task running, CancellationTokenSource end)
    {
        await end.CancelAsync();
        await running;
        end.Dispose();
    }

    private async Task LoopAsync(ScrapeTarget target, ScrapeClient client, CancellationToken stop)
    {
        var memory = new TargetMemory(target.Key, target.Labels);
        try
        {
            await Task.Delay(ScrapeRhythm.UntilFirst(target.Key, _clock.GetUtcNow(), _options.Interval), _clock, stop);
            var first = _clock.GetTimestamp();
            for (long turn = 0; ;)
            {
                await ScrapeAsync(target, memory, client, stop);
                var next = ScrapeRhythm.Next(turn, _clock.GetElapsedTime(first), _options.Interval);
                Interlocked.Add(ref _skipped, next - turn - 1);
                turn = next;
                await Task.Delay(Max(turn * _options.Interval - _clock.GetElapsedTime(first), TimeSpan.Zero), _clock, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async Task ScrapeAsync(ScrapeTarget target, TargetMemory memory, ScrapeClient client, CancellationToken stop)
    {
        Interlocked.Increment(ref _scrapes);
        var (begun, start) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        var answer = await client.FetchAsync(target.Url, _options.Timeout, stop);
        var took = _clock.GetElapsedTime(start);
        if (answer.Why is { } why)
            _failures.AddOrUpdate(why, 1, (_, n) => n + 1);
        var desk = _desks.TryTake(out var free) ? free : (new ExpositionDecoder(_cache, _identity), new BatchBuilder(_limits, _identity.Options.ReplicaSilence, SampleSource.Scrape));
        var (decoder, batches) = desk;
        decoder.Read(answer.Body ?? [], answer.Format, up: answer.Why is null, memory, begun);
        // Its time is when it was asked for, as in Prometheus; a limit on age is for other people's clocks.
        batches.Take(decoder.Rows, decoder.Known, begun);
        var samples = decoder.Rows.Length + decoder.Rejected.Values.Sum();
        Tally.AddSent(samples);
        foreach (var (reason, count) in decoder.Rejected)
            Tally.AddRejected(reason, count);
        batches.CountRejected(Tally);
        Settle(await AppendAsync(batches, stop), batches.Samples);
        _desks.Add(desk);
        _status.AddOrUpdate(
            target.Key,
            _ => new TargetStatus(target, begun.ToUnixTimeMilliseconds(), took, samples, answer.Why, answer.Why is null ? 0 : 1),
            (_, s) => new TargetStatus(target, begun.ToUnixTimeMilliseconds(), took, samples, answer.Why, answer.Why is null ? 0 : s.Failures + 1));
    }

    private async ValueTask<AppendResult> AppendAsync(BatchBuilder batches, CancellationToken stop)
    {
        try
        {
            return batches.Samples == 0 ? AppendResult.Done : await _sink.AppendAsync(batches.Batches, stop);
        }
        catch (OperationCanceledException)
        {
            return new Unavailable("cancelled");
        }
    }

    private void Settle(AppendResult result, int samples)
    {
        if (result is Appended)
            Tally.AddAccepted(samples);
        else
            Tally.AddRejected(result is Overloaded ? RejectReasons.Overloaded : RejectReasons.Unavailable, samples);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
