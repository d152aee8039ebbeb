using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.Unit.Ingest.Slurm;

public sealed class AccountingPlanSpec
{
    private const long Now = 1_795_272_000_000;
    private static readonly AccountingPace Pace = new();

    [Fact]
    public void The_first_window_looks_back_and_later_ones_are_narrow()
    {
        var plan = AccountingPlan.Start(Pace, Now);
        var first = plan.Due(Pace, Now)!.Value;
        Assert.Equal(new AccountingWindow(Now - 21_600_000, Now), first);
        var (later, now) = Run(plan, Now, 10);
        var window = later.Due(Pace, now)!.Value;
        Assert.Equal(now, window.UntilMs);
        Assert.InRange(window.UntilMs - window.FromMs, 600_000, 700_000);
    }

    [Fact]
    public void Two_questions_are_never_closer_than_the_pace()
    {
        var (plan, now) = (AccountingPlan.Start(Pace, Now), Now);
        var random = new Random(3);
        for (var i = 0; i < 500; i++)
        {
            var window = plan.Due(Pace, now);
            Assert.NotNull(window);
            plan = random.Next(3) == 0
                ? plan.Failed(Pace, random.Next(2) == 0, now, random.NextDouble())
                : plan.Succeeded(Pace, window.Value, now, random.NextDouble());
            Assert.Null(plan.Due(Pace, now + 29_999));
            Assert.InRange(plan.NextMs - now, 30_000, 720_000);
            now = plan.NextMs;
        }
    }

    [Fact]
    public void Every_moment_is_covered_though_answers_fail()
    {
        var (plan, now) = (AccountingPlan.Start(Pace, Now), Now);
        var covered = Now - 60_000;
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var window = plan.Due(Pace, now)!.Value;
            if (random.Next(4) != 0)
            {
                plan = plan.Failed(Pace, random.Next(2) == 0, now, random.NextDouble());
            }
            else
            {
                Assert.True(window.FromMs <= covered, "a hole");
                covered = Math.Max(covered, window.UntilMs);
                plan = plan.Succeeded(Pace, window, now, random.NextDouble());
            }
            now = plan.NextMs;
        }
        (_, now) = Run(plan, now, 40);
        Assert.True(now > covered);
    }

    [Fact]
    public void What_was_missed_for_days_is_asked_for_in_parts()
    {
        var (plan, now) = Run(AccountingPlan.Start(Pace, Now), Now, 3);
        now += 3 * 86_400_000L;
        for (var i = 0; i < 20; i++)
        {
            var window = plan.Due(Pace, now)!.Value;
            Assert.InRange(window.UntilMs - window.FromMs, 1, 21_600_000);
            plan = plan.Succeeded(Pace, window, now, 0);
            now = plan.NextMs;
        }
        Assert.Equal(now, plan.Due(Pace, now)!.Value.UntilMs);
    }

    [Fact]
    public void An_answer_that_is_too_large_halves_the_window()
    {
        var plan = AccountingPlan.Start(Pace, Now);
        var window = plan.Due(Pace, Now)!.Value;
        plan = plan.Failed(Pace, tooMuch: true, Now, 0);
        var half = plan.Due(Pace, plan.NextMs)!.Value;
        Assert.Equal((window.UntilMs - window.FromMs) / 2, half.UntilMs - half.FromMs);
    }

    [Fact]
    public void A_wide_window_comes_once_an_hour()
    {
        var (plan, now) = (AccountingPlan.Start(Pace, Now), Now);
        var wide = 0;
        while (now < Now + 5 * 3_600_000L)
        {
            var window = plan.Due(Pace, now)!.Value;
            if (now > Now && window.UntilMs - window.FromMs == 21_600_000)
                wide++;
            plan = plan.Succeeded(Pace, window, now, 0.5);
            now = plan.NextMs;
        }
        Assert.InRange(wide, 4, 5);
    }

    [Fact]
    public void A_clock_that_was_set_back_does_not_stop_it()
    {
        var (plan, now) = Run(AccountingPlan.Start(Pace, Now), Now, 3);
        var window = (plan with { NextMs = 0 }).Due(Pace, now - 3_600_000)!.Value;
        Assert.Equal(now - 3_600_000, window.UntilMs);
        Assert.True(window.FromMs < window.UntilMs);
    }

    [Theory]
    [InlineData(29, 600, "every is 29: expected 30 to 3600 seconds")]
    [InlineData(30, 21_600, "overlap is 21600: expected 60 to 7200 seconds")]
    public void A_pace_out_of_range_is_refused_with_its_key(int every, int overlap, string message) =>
        Assert.Equal("slurm." + message, new AccountingPace(every, overlap).Check("slurm."));

    [Fact]
    public void The_command_is_an_argument_vector_in_utc_with_the_name_last()
    {
        var command = SacctCommand.Build(new SlurmPrograms("/opt/slurm/bin", "/etc/slurm.conf"), new AccountingWindow(Now, Now + 60_000), "0123456789abcdef");
        Assert.Equal("/opt/slurm/bin/sacct", command.Program);
        Assert.Equal("-X -D --allusers --parsable2 --noheader --delimiter=0123456789abcdef -o JobIDRaw,JobID,User,Submit,Start,End,State,NodeList,ExitCode,JobName "
            + "-S 2026-11-21T14:40:00 -E 2026-11-21T14:41:00", string.Join(' ', command.Arguments));
        Assert.Equal(("%s", "UTC", "/etc/slurm.conf"), (command.Environment["SLURM_TIME_FORMAT"], command.Environment["TZ"], command.Environment["SLURM_CONF"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SacctCommand.Build(new SlurmPrograms(), default, "|"));
    }

    private static (AccountingPlan Plan, long Now) Run(AccountingPlan plan, long now, int times)
    {
        for (var i = 0; i < times; i++)
        {
            plan = plan.Succeeded(Pace, plan.Due(Pace, now)!.Value, now, 0.5);
            now = plan.NextMs;
        }
        return (plan, now);
    }
}
