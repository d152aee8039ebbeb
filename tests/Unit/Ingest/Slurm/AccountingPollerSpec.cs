using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest.Slurm;

public sealed class AccountingPollerSpec : IAccounting, IJobEventSink
{
    private readonly Queue<AccountingAnswer> _answers = new();
    private AppendResult _log = AppendResult.Done;
    private int _runs;

    [Fact]
    public async Task What_is_wrong_is_told_once_and_that_it_is_right_again()
    {
        var told = new List<string?>();
        var pace = new AccountingPace();
        var poller = new AccountingPoller(this, pace, this, TimeProvider.System, () => 0, told.Add);
        var plan = AccountingPlan.Start(pace, 0);
        foreach (var (answer, log) in ((AccountingAnswer, AppendResult)[])[
            (Good, AppendResult.Done), (Bad("away"), AppendResult.Done), (Bad("away"), AppendResult.Done), (Bad("late"), AppendResult.Done), (Good, AppendResult.Done), (Good, new Unavailable("full")),
            (Good, AppendResult.Done)])
        {
            _answers.Enqueue(answer);
            _log = log;
            plan = await poller.AskAsync(plan, new AccountingWindow(0, 600_000), default);
        }
        Assert.Equal(["away", "late", null, "the log is not available: full", null], told);
    }

    public Task<AccountingAnswer> AskAsync(AccountingWindow window, CancellationToken stop) => Task.FromResult(_answers.Dequeue());

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<JobEvent> events, CancellationToken stop) => ValueTask.FromResult(_log);

    /// <summary>Another run each time, so that there is something to append.</summary>
    private AccountingAnswer Good => new AccountingAnswer.Told([new JobRow($"{++_runs}", _runs, "j", null, null, 1000, null, JobState.Running, "n1", 1)], 0, new Rejections());

    private static AccountingAnswer.Failed Bad(string why) => new(why, false);
}
