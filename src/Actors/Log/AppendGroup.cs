using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Log;

/// <summary>The answer to several appends at once: appended when all of them are, else the first failure.</summary>
/// <remarks>Holds one count more than there are appends until <see cref="WhenAll"/>, so that early replies cannot end it.</remarks>
public sealed class AppendGroup : IAppendReply
{
    private readonly TaskCompletionSource<LogFailure?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LogFailure? _failure;
    private int _open = 1;

    public void Append(ILog log, TopicPartition at, in LogEntry entry)
    {
        Interlocked.Increment(ref _open);
        log.Append(at, entry, this);
    }

    /// <param name="appended">Called, on the log's thread, when this one is appended; must not block.</param>
    public void Append(ILog log, TopicPartition at, in LogEntry entry, Action appended)
    {
        Interlocked.Increment(ref _open);
        log.Append(at, entry, new One(this, appended));
    }

    /// <summary>Once, after the last <see cref="Append"/>. Null = all are appended.</summary>
    public Task<LogFailure?> WhenAll()
    {
        Close();
        return _done.Task;
    }

    /// <summary>As <see cref="WhenAll"/>, in the words of a source's sink.</summary>
    public async ValueTask<AppendResult> ResultAsync() => await WhenAll() switch
    {
        null => AppendResult.Done,
        LogOverloaded overloaded => new Overloaded(overloaded.RetryAfter),
        var failure => new Unavailable(failure.Message),
    };

    public void Appended(TopicPartition at, long offset) => Close();

    public void Refused(TopicPartition at, LogFailure failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        Close();
    }

    private void Close()
    {
        if (Interlocked.Decrement(ref _open) == 0)
            _done.SetResult(_failure);
    }

    private sealed class One(AppendGroup group, Action appended) : IAppendReply
    {
        public void Appended(TopicPartition at, long offset)
        {
            appended();
            group.Appended(at, offset);
        }

        public void Refused(TopicPartition at, LogFailure failure) => group.Refused(at, failure);
    }
}
