using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Accounting;

/// <summary>One run of a job that has started, as an accounting or a file tells it. Times are unix milliseconds.</summary>
/// <param name="RawId">Slurm's number: of an array's tasks each has its own and the last one the array's. At one time one run has it.</param>
/// <param name="EndMs">Null while it runs: a foreseen end is none.</param>
/// <param name="NodeList">Sorted and compressed.</param>
/// <param name="ExitCode">Exit status and signal, <c>1:0</c>; null while it runs or where nobody tells.</param>
public sealed record JobRow(
    string JobId, long RawId, string JobName, string? User, long? SubmitMs, long StartMs, long? EndMs, JobState State, string NodeList, int NodeCount, string? ExitCode = null)
{
    public JobKey Key => new(JobId, StartMs);

    public JobEvent Event(JobEventSource source, long asOfMs) => new()
    {
        Source = source,
        JobId = JobId,
        JobName = JobName,
        User = User,
        SubmitMs = SubmitMs,
        StartMs = StartMs,
        EndMs = EndMs,
        State = State,
        AsOfMs = asOfMs,
        NodeList = NodeList,
        NodeCount = NodeCount,
        ExitCode = ExitCode,
    };
}

/// <summary>From when to when the accounting is asked for jobs; both unix milliseconds.</summary>
public readonly record struct AccountingWindow(long FromMs, long UntilMs);

/// <summary>What came of asking the accounting.</summary>
public abstract record AccountingAnswer
{
    private AccountingAnswer()
    {
    }

    /// <param name="Rows">Every run that was on at some time of the window, those that still run too.</param>
    /// <param name="Waiting">Rows of jobs that have not started: nothing of them is kept.</param>
    /// <param name="Rejected">Rows that could not be read, by reason; where there are any, a run that is not in <paramref name="Rows"/> may still be there.</param>
    public sealed record Told(IReadOnlyList<JobRow> Rows, long Waiting, Rejections Rejected) : AccountingAnswer;

    /// <param name="TooMuch">The answer was over its limits: ask for less.</param>
    /// <param name="Reason">One line.</param>
    public sealed record Failed(string Reason, bool TooMuch) : AccountingAnswer;
}

/// <summary>Where runs of jobs are asked for: <c>sacct</c>, slurmrestd, or a test. One question at a time.</summary>
public interface IAccounting
{
    /// <summary>Failures are answers, not exceptions; only cancellation throws.</summary>
    Task<AccountingAnswer> AskAsync(AccountingWindow window, CancellationToken stop);
}
