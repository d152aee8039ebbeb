using System.Text;
using System.Threading.Channels;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Shards;

/// <summary>Brings findings that are committed into the topic of findings, in the order of their commits, each at least once.</summary>
/// <remarks>Marked as published after the log's answer: a crash between the two appends twice, and the book takes the same words twice without harm.</remarks>
/// <param name="unit">0..1, for the jitter between attempts.</param>
/// <param name="say">Told, once a kind of trouble, why nothing goes.</param>
public sealed class FindingsPump(IOutboxStore store, ILog log, TimeProvider time, Func<double> unit, Action<string> say)
{
    private const int Batch = 500;
    private const byte Kind = 1;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly Backoff Retry = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), 0.2);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private string? _trouble;
    private int _failures;

    /// <summary>There may be some. Never blocks.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var (moved, trouble) = await PassAsync().ConfigureAwait(false);
            if (trouble != _trouble && trouble is not null)
                say($"findings wait: {trouble}");
            _trouble = trouble;
            _failures = trouble is null ? 0 : _failures + 1;
            if (moved == Batch && trouble is null)
                continue;
            using var limit = new CancellationTokenSource(trouble is null ? Poll : Retry.Delay(_failures, unit()), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
            try
            {
                await _wake.Reader.ReadAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Time to look again, or to end.
            }
        }
    }

    /// <summary>Takes what there is once.</summary>
    /// <returns>How many went, and why no more of them did.</returns>
    public async Task<(int Moved, string? Trouble)> PassAsync()
    {
        try
        {
            var pending = store.PendingFindings(Batch);
            if (pending.Count == 0)
                return (0, null);
            var replies = pending.Select(Append).ToList();
            // What follows a refused one waits as well: words on one node must not overtake each other.
            var done = new List<long>();
            string? trouble = null;
            for (var i = 0; i < replies.Count; i++)
            {
                var failure = await replies[i].ConfigureAwait(false);
                trouble ??= failure?.Message;
                if (trouble is null)
                    done.Add(pending[i].Number);
            }
            if (done.Count > 0)
                await store.PublishedAsync(done).ConfigureAwait(false);
            return (done.Count, trouble);
        }
        catch (StoreException e)
        {
            return (0, e.Message);
        }
    }

    private Task<LogFailure?> Append(PendingFinding finding)
    {
        var key = Encoding.UTF8.GetBytes(finding.Key);
        var reply = new Reply();
        log.Append(log.PartitionOf(LogTopics.Findings, key), new LogEntry(key, Kind, finding.Payload), reply);
        return reply.Answer;
    }

    private sealed class Reply : IAppendReply
    {
        private readonly TaskCompletionSource<LogFailure?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<LogFailure?> Answer => _answer.Task;

        public void Appended(TopicPartition at, long offset) => _answer.SetResult(null);

        public void Refused(TopicPartition at, LogFailure failure) => _answer.SetResult(failure);
    }
}
