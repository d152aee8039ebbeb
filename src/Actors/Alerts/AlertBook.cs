using Tocsin.Actors.Alerts.Book;
using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Actors.Faults;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts;

/// <summary>All alerts of one cluster: findings go in, alerts raised, updated and cleared come out. No clock, no I/O.</summary>
/// <remarks>One book a cluster and not one a job: only who sees all of them can tell that three jobs have one cause. One thread at a time. A step is:
/// observe what came, <see cref="Decide"/> once, <see cref="Apply"/>, commit <see cref="BookState.Changed"/> with the events; then clear it. Where the
/// commit fails the book is thrown away and loaded anew.</remarks>
public sealed class AlertBook
{
    /// <summary>That stand, or were undone not long ago.</summary>
    public const int MaxVerdicts = 2000;

    private readonly string _cluster;
    private readonly AlertOptions _options;
    private readonly IFaultOutlook _outlook;

    /// <param name="outlook">Of the fault model; null: there is none.</param>
    /// <exception cref="ArgumentException">Options out of range: they are checked at start, so this is a bug.</exception>
    public AlertBook(string cluster, BookState state, AlertOptions options, IFaultOutlook? outlook = null)
    {
        if (options.Check() is { Count: > 0 } wrong)
            throw new ArgumentException(string.Join("; ", wrong), nameof(options));
        (_cluster, State, _options, _outlook) = (cluster, state, options, outlook ?? NoOutlook.One);
    }

    public BookState State { get; }

    /// <summary>Findings that came while the book was full.</summary>
    public long Refused { get; private set; }

    public IEnumerable<Alert> Open => State.Alerts.Values.Select(a => a.Alert);

    /// <summary>Takes in what a finding is now; the same again changes nothing.</summary>
    /// <param name="nowMs">The book's clock, unix milliseconds: the shard's event time while it catches up, else the time of day.</param>
    /// <returns>False where the book is full: the finding is counted, and its node will send it again.</returns>
    public bool Observe(Finding finding, long nowMs)
    {
        var key = FindingKey.Of(finding);
        if (!State.Findings.TryGetValue(key, out var row))
        {
            if (!finding.Active)
                return true;
            if (State.Findings.Count >= _options.MaxFindings)
            {
                Refused++;
                return false;
            }
            State.Set(new FindingRow(finding, nowMs, null, 0, finding.AtMs));
            return true;
        }
        // A sender that had no answer says again what it said before: older words do not undo newer ones.
        if (finding.AtMs < row.Finding.AtMs)
            return true;
        if (!finding.Active)
        {
            // What it said last stays: the evidence of an alert that lingers speaks of the fault and not of its absence.
            if (row.EndedMs is null)
                State.Set(row with { Finding = row.Finding with { AtMs = finding.AtMs }, EndedMs = nowMs });
            return true;
        }
        // Back within the linger time, or while its alert is still open: it has never been away. Its onset stays the first one.
        var since = Math.Min(row.Finding.SinceMs, finding.SinceMs);
        State.Set(row with { Finding = finding with { SinceMs = since }, EndedMs = null });
        return true;
    }

    /// <summary>Takes in how a node stands. A node that is watched no more takes its findings with it.</summary>
    public void Observe(NodeStatus status)
    {
        State.Set(status);
        if (status.Watched)
            return;
        foreach (var key in State.Findings.Keys.Where(k => k.Node == status.Node).ToList())
            State.Remove(key);
    }

    /// <summary>Takes in a verdict, or that it was undone; the same again, and older words, change nothing.</summary>
    /// <returns>False where there are too many: it is counted by who gave it.</returns>
    public bool Observe(Verdict verdict)
    {
        var known = State.Verdicts.GetValueOrDefault(verdict.Number);
        if (known is null && State.Verdicts.Count >= MaxVerdicts)
            return false;
        if (known is null || (known.Verdict.UndoneMs is null && verdict.UndoneMs is not null))
            State.Set(new VerdictRow(verdict, known?.Muted ?? 0, known?.MutedMs));
        return true;
    }

    /// <summary>What is to be told now. Changes nothing; costs as much as there are findings and nodes, so once a step and not once a finding.</summary>
    public Decision Decide(long nowMs) => new Decider(_cluster, State, _options, _outlook, nowMs).Run();

    public void Apply(Decision decision, long nowMs) => decision.Apply(State, nowMs);

    /// <summary><see cref="Decide"/> and <see cref="Apply"/>.</summary>
    public IReadOnlyList<AlertEvent> Step(long nowMs)
    {
        var decision = Decide(nowMs);
        Apply(decision, nowMs);
        return decision.Events;
    }
}
