using System.Collections.Concurrent;
using Tocsin.Shared;

namespace Tocsin.Actors.Supervision;

/// <summary>What came of a word that was put into the log.</summary>
/// <param name="Status">As HTTP has it.</param>
/// <param name="Says">One sentence.</param>
/// <param name="Action">That it is about; null = none.</param>
public sealed record ControlAnswer(int Status, string Says, long? Action = null);

/// <summary>Where the supervisor leaves what others may look at, and answers words by their offsets in the log. Any thread.</summary>
public sealed class SupervisorBoard
{
    private const int MostAnswers = 4096;
    private const long CheckedMs = 86_400_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, ControlAnswer> _answers = [];
    private readonly Queue<long> _order = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<ControlAnswer>> _waiting = new();
    private volatile SupervisorView? _view;
    private long _checkedMs = long.MinValue;

    /// <summary>Null: no supervisor has committed anything here yet.</summary>
    public SupervisorView? View => _view;

    public void Publish(SupervisorView view) => _view = view;

    /// <summary>A node's own health check has asked.</summary>
    public void CheckAsked(long nowMs) => Volatile.Write(ref _checkedMs, nowMs);

    /// <summary>Some check did within a day. Not stored: after a start nothing is done before all have asked anew.</summary>
    public bool ChecksAsk(long nowMs) => Volatile.Read(ref _checkedMs) is var last && last > long.MinValue && Math.Abs(nowMs - last) < CheckedMs;

    /// <summary>What the record at the offset came to is committed.</summary>
    public void Answer(long offset, ControlAnswer answer)
    {
        TaskCompletionSource<ControlAnswer>? waiting;
        lock (_lock)
        {
            if (_answers.TryAdd(offset, answer))
                _order.Enqueue(offset);
            if (_order.Count > MostAnswers)
                _answers.Remove(_order.Dequeue());
            _waiting.TryRemove(offset, out waiting);
        }
        waiting?.TrySetResult(answer);
    }

    /// <exception cref="DependencyException">Not within the limit: it is in the log, and holds as soon as the supervisor reads it.</exception>
    public async Task<ControlAnswer> AnswerAsync(long offset, TimeSpan limit, TimeProvider time, CancellationToken stop)
    {
        TaskCompletionSource<ControlAnswer> waiting;
        lock (_lock)
        {
            if (_answers.TryGetValue(offset, out var known))
                return known;
            waiting = _waiting.GetOrAdd(offset, _ => new TaskCompletionSource<ControlAnswer>(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        try
        {
            return await waiting.Task.WaitAsync(limit, time, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _waiting.TryRemove(offset, out _);
            throw new DependencyException("it is stored, and holds as soon as the supervisor has read it, which it has not yet");
        }
    }
}
