using System.Text;
using Tocsin.Actors.Log;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Records;

/// <summary>The kinds of records of the control topic. Stored: the numbers never change.</summary>
public static class ControlKind
{
    public const byte Alert = 1, Operator = 2, Job = 3, OpenAlerts = 4;
}

/// <summary>The way into the control topic. What is answered with an offset survives <c>kill -9</c>.</summary>
public static class ControlLog
{
    public static readonly TopicPartition At = new(LogTopics.Control, 0);

    private static readonly byte[] Key = Encoding.UTF8.GetBytes("supervisor");

    public static Task<long> AppendAsync(ILog log, OperatorSaid said) => AppendAsync(log, ControlKind.Operator, WireBytes.Of(said));

    public static Task<long> AppendAsync(ILog log, JobSaid said) => AppendAsync(log, ControlKind.Job, WireBytes.Of(said));

    public static Task<long> AppendAsync(ILog log, AlertEvent happened) => AppendAsync(log, ControlKind.Alert, WireBytes.Of(happened));

    public static Task<long> AppendAsync(ILog log, OpenAlerts open) => AppendAsync(log, ControlKind.OpenAlerts, WireBytes.Of(open));

    /// <returns>Its offset.</returns>
    /// <exception cref="DependencyException">The log does not take it now.</exception>
    private static Task<long> AppendAsync(ILog log, byte kind, byte[] payload)
    {
        var reply = new Reply();
        log.Append(At, new LogEntry(Key, kind, payload), reply);
        return reply.Done;
    }

    private sealed class Reply : IAppendReply
    {
        private readonly TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<long> Done => _done.Task;

        public void Appended(TopicPartition at, long offset) => _done.TrySetResult(offset);

        public void Refused(TopicPartition at, LogFailure failure) => _done.TrySetException(new DependencyException($"the log does not take it now: {failure.Message}"));
    }
}
