using System.Collections.Concurrent;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Accounting;

/// <summary>How the accounting does, for metrics and readiness. Times are unix milliseconds, 0 = never.</summary>
/// <param name="Failure">Of the last question; null = it was answered and its events are in the log.</param>
/// <param name="Events">Sent since the start.</param>
/// <param name="Rejected">Rows that could not be read, since the start.</param>
/// <param name="Runs">Known now.</param>
public sealed record AccountingHealth(
    long CoveredMs, long AnsweredMs, int Failures, string? Failure, long Questions, long Events, long Rejected, int Runs, int HooksWaiting)
{
    public static AccountingHealth None { get; } = new(0, 0, 0, null, 0, 0, 0, 0, 0);
}

/// <summary>Asks the accounting at its pace and hands what is new to the log: one question at a time, never closer than the pace.</summary>
/// <param name="jitter">0..1, another one each time: members of one site must not ask in step.</param>
/// <param name="trouble">Told why a question failed, once a reason, and null when one is answered again.</param>
public sealed class AccountingPoller(
    IAccounting accounting, AccountingPace pace, IJobEventSink sink, TimeProvider time, Func<double> jitter, Action<string?>? trouble = null)
{
    /// <summary>Events in one append.</summary>
    private const int Batch = 1000;

    private const int MaxHeard = 100_000;

    private readonly Reconciler _reconciler = new(pace.SpanSeconds * 1000L + 3_600_000);
    private readonly ConcurrentQueue<JobEvent> _heard = new();

    /// <summary>Replaced whole; read by anyone.</summary>
    public AccountingHealth Health { get; private set; } = AccountingHealth.None;

    /// <summary>A hook's word that went into the log: the accounting will confirm or deny it. Any thread; beyond a bound it is let go.</summary>
    public void Observe(JobEvent said)
    {
        if (said.Source == JobEventSource.Hook && _heard.Count < MaxHeard)
            _heard.Enqueue(said);
    }

    /// <summary>Until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var plan = AccountingPlan.Start(pace, Now());
        while (!stop.IsCancellationRequested)
        {
            if (plan.Due(pace, Now()) is { } window)
                plan = await AskAsync(plan, window, stop);
            else
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, plan.NextMs - Now())), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One question and what follows from it.</summary>
    public async Task<AccountingPlan> AskAsync(AccountingPlan plan, AccountingWindow window, CancellationToken stop)
    {
        var asked = Now();
        AccountingAnswer answer;
        try
        {
            answer = await accounting.AskAsync(window, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return plan;
        }
        while (_heard.TryDequeue(out var said))
            _reconciler.Hooks.Observe(said);
        if (answer is not AccountingAnswer.Told told)
        {
            var failed = (AccountingAnswer.Failed)answer;
            return Failed(plan, failed.Reason, failed.TooMuch, asked);
        }
        var done = _reconciler.Decide(told, window, asked);
        if (await AppendAsync(done.Events, stop) is { } why)
            return Failed(plan, why, tooMuch: false, asked);
        _reconciler.Accept(done);
        var next = plan.Succeeded(pace, window, asked, jitter());
        if (Health.Failure is not null)
            trouble?.Invoke(null);
        Health = Health with
        {
            CoveredMs = next.CoveredMs ?? 0,
            AnsweredMs = asked,
            Failures = 0,
            Failure = null,
            Questions = Health.Questions + 1,
            Events = Health.Events + done.Events.Count,
            Rejected = Health.Rejected + told.Rejected.Total,
            Runs = _reconciler.Runs,
            HooksWaiting = _reconciler.Hooks.Waiting,
        };
        return next;
    }

    /// <summary>Null, or why the events are not all in the log. Those that are will be sent again, which does no harm.</summary>
    private async Task<string?> AppendAsync(IReadOnlyList<JobEvent> events, CancellationToken stop)
    {
        try
        {
            for (var at = 0; at < events.Count; at += Batch)
            {
                var answer = await sink.AppendAsync([.. events.Skip(at).Take(Batch)], stop);
                if (answer is not Appended)
                    return answer is Unavailable away ? $"the log is not available: {away.Reason}" : "the log is overloaded";
            }
            return null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return "stopped";
        }
    }

    private AccountingPlan Failed(AccountingPlan plan, string why, bool tooMuch, long asked)
    {
        var next = plan.Failed(pace, tooMuch, asked, jitter());
        if (why != Health.Failure)
            trouble?.Invoke(why);
        Health = Health with { Failures = next.Failures, Failure = why, Questions = Health.Questions + 1 };
        return next;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
