using Tocsin.Daemon.Serve.Acting;

namespace Tocsin.Unit.Serve;

public sealed class WeeklyReportSpec
{
    // A Sunday, 2026-01-25 23:00 UTC.
    private static readonly long Sunday = DateTimeOffset.Parse("2026-01-25T23:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private readonly FakeActions _actions = new();
    private readonly List<string> _said = [];

    [Fact]
    public void The_week_is_told_of_once_on_Monday_at_six_and_not_at_a_start()
    {
        _actions.Begin(new Shared.NodeKey("hpc", "cn0001"), "7", ["cn0001"], Sunday);
        var weekly = new WeeklyReport(() => _actions.View, _said.Add);
        weekly.Look(Sunday);
        weekly.Look(Sunday + Hours(6));
        Assert.Empty(_said);
        weekly.Look(Sunday + Hours(7));
        Assert.Equal("the week before 2026-01-26T06:00:00.000Z: drained 1; 0 failed later; 0 wrong; 1 too soon to tell; 0 of 0 failures came without a drain; main has 1 free nodes now, 2 spares are wanted", Assert.Single(_said));
        weekly.Look(Sunday + Hours(8));
        // The clock is set back, and it is Monday again.
        weekly.Look(Sunday);
        weekly.Look(Sunday + Hours(9));
        Assert.Single(_said);
        weekly.Look(Sunday + Hours(7 * 24 + 7));
        Assert.Equal(2, _said.Count);
        Assert.Contains("would have drained 0;", _said[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Before_anything_was_decided_there_is_nothing_to_tell()
    {
        var weekly = new WeeklyReport(() => null, _said.Add);
        weekly.Look(Sunday);
        weekly.Look(Sunday + Hours(8));
        Assert.Empty(_said);
    }

    private static long Hours(int hours) => hours * 3_600_000L;
}
