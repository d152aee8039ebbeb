using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest.Slurm;

public sealed class AccountingHistorySpec : IAccounting
{
    private const long Hour = 3_600_000, Zero = 1_700_000_000_000;

    private readonly List<AccountingWindow> _asked = [];
    private Func<AccountingWindow, AccountingAnswer> _answer = _ => new AccountingAnswer.Told([], 0, new Rejections());

    [Fact]
    public async Task Windows_follow_each_other_without_a_gap_and_a_run_in_two_of_them_comes_once_with_its_end()
    {
        _answer = w => new AccountingAnswer.Told([Run("1", Zero, w.UntilMs < Zero + (9 * Hour) ? null : Zero + (8 * Hour)), Run($"w{w.FromMs}", w.FromMs, w.UntilMs)], 0, new Rejections());
        var past = await AccountingHistory.AskAsync(this, new AccountingWindow(Zero, Zero + (14 * Hour)), default);
        Assert.Null(past.Failure);
        Assert.Equal((Zero, Zero + (14 * Hour)), (_asked[0].FromMs, _asked[^1].UntilMs));
        Assert.All(_asked.Zip(_asked.Skip(1)), p => Assert.Equal(p.First.UntilMs, p.Second.FromMs));
        Assert.Equal(_asked.Count + 1, past.Rows.Count);
        Assert.Equal(Zero + (8 * Hour), Assert.Single(past.Rows, r => r.JobId == "1").EndMs);
    }

    [Fact]
    public async Task What_is_too_much_is_asked_for_in_smaller_windows_and_nothing_is_missed()
    {
        _answer = w => w.UntilMs - w.FromMs > Hour ? new AccountingAnswer.Failed("too much", true) : new AccountingAnswer.Told([Run($"{w.FromMs}", w.FromMs, w.UntilMs)], 0, new Rejections());
        var past = await AccountingHistory.AskAsync(this, new AccountingWindow(Zero, Zero + (6 * Hour)), default);
        Assert.Null(past.Failure);
        Assert.Equal(6 * Hour, past.Rows.Sum(r => r.EndMs - r.StartMs));
        Assert.All(past.Rows.Zip(past.Rows.Skip(1)), p => Assert.Equal(p.First.EndMs, p.Second.StartMs));
    }

    [Fact]
    public async Task What_no_smaller_window_mends_is_told_once()
    {
        _answer = _ => new AccountingAnswer.Failed("slurmdbd is away", false);
        Assert.Equal("slurmdbd is away", (await AccountingHistory.AskAsync(this, new AccountingWindow(Zero, Zero + (60 * Hour)), default)).Failure);
        Assert.Single(_asked);
        _answer = _ => new AccountingAnswer.Failed("slow", true);
        Assert.Equal("slow", (await AccountingHistory.AskAsync(this, new AccountingWindow(Zero, Zero + (60 * Hour)), default)).Failure);
        Assert.InRange(_asked.Count, 2, 20);
    }

    public Task<AccountingAnswer> AskAsync(AccountingWindow window, CancellationToken stop)
    {
        _asked.Add(window);
        return Task.FromResult(_answer(window));
    }

    private static JobRow Run(string id, long startMs, long? endMs) => new(id, 1, "job", "user", startMs, startMs, endMs, endMs is null ? JobState.Running : JobState.Completed, "n1", 1);
}
