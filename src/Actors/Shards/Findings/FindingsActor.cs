using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;

namespace Tocsin.Actors.Shards.Findings;

/// <summary>Brings findings that are committed into the topic of findings, in the order of their commits, each at least once.</summary>
/// <remarks>
/// A pass takes what waits, appends all of it, waits for every answer, and marks as published what came before the first that was refused. So a crash, a lost
/// answer or a refusal leads to records that come twice, or before one that they followed; each carries its number and that of the one before it, and
/// <see cref="SeenFindings"/> takes them once and in order.
/// </remarks>
/// <param name="say">Told, once a kind of trouble, why nothing goes.</param>
public sealed class FindingsActor(FindingsPorts ports, Action<string> say) : UntypedActor
{
    /// <summary>There may be some.</summary>
    public static readonly object Wake = new();

    private const int Batch = 500;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly Backoff Retry = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), 0.2);

    private IReadOnlyList<PendingFinding> _pass = [];
    private bool[] _appended = [];
    private int _awaited;
    private string? _why;
    private string? _said;
    private int _failures;
    private bool _busy;
    private bool _woken;

    protected override void PreStart() => Begin();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Taken taken:
                OnTaken(taken.Result);
                break;
            case Told told:
                OnTold(told.Index, told.Result);
                break;
            case Marked marked:
                End(marked.Result.IsSuccess ? marked.Result.Value?.Message ?? _why : marked.Result.Error!.Message);
                break;
            case Again:
                Begin();
                break;
            default:
                if (message != Wake)
                    Unhandled(message);
                else if (_busy)
                    _woken = true;
                else if (_failures == 0)
                    // After trouble it waits its time and is not hurried.
                    Begin();
                break;
        }
    }

    private void Begin()
    {
        (_busy, _woken, _why) = (true, false, null);
        Timers.Cancel(Again.Instance);
        Context.Pipe(ports.Pending, Batch, Limit, r => new Taken(r));
    }

    private void OnTaken(PortResult<IReadOnlyList<PendingFinding>> result)
    {
        _pass = result.IsSuccess ? result.Value : [];
        _appended = new bool[_pass.Count];
        _awaited = _pass.Count;
        if (_pass.Count == 0)
        {
            End(result.Error?.Message);
            return;
        }
        var before = new Dictionary<(TopicPartition From, TopicPartition To), long>();
        for (var i = 0; i < _pass.Count; i++)
        {
            var index = i;
            var record = FindingToAppend.Of(_pass[i], ports.PartitionOf, before);
            Context.Pipe(ports.Append, record, Limit, r => new Told(index, r));
        }
    }

    private void OnTold(int index, PortResult<LogFailure?> result)
    {
        var failure = result.IsSuccess ? result.Value?.Message : result.Error!.Message;
        _appended[index] = failure is null;
        _why ??= failure;
        if (--_awaited > 0)
            return;
        var done = _pass.TakeWhile((_, i) => _appended[i]).Select(f => f.Number).ToList();
        if (done.Count == 0)
            End(_why);
        else
            Context.Pipe(ports.Published, done, Limit, r => new Marked(r));
    }

    private void End(string? trouble)
    {
        if (trouble is not null && trouble != _said)
            say($"findings wait: {trouble}");
        (_busy, _said, _failures) = (false, trouble, trouble is null ? 0 : _failures + 1);
        if (trouble is null && (_woken || _pass.Count == Batch))
            Begin();
        else
            Timers.StartSingleTimer(Again.Instance, Again.Instance, trouble is null ? Poll : Retry.Delay(_failures, Context.System.NextJitter()));
    }

    private sealed record Taken(PortResult<IReadOnlyList<PendingFinding>> Result);

    private sealed record Told(int Index, PortResult<LogFailure?> Result);

    private sealed record Marked(PortResult<StoreFailure?> Result);
}
