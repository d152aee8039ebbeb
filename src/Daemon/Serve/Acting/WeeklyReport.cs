using System.Globalization;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Deciding;

namespace Tocsin.Daemon.Serve.Acting;

/// <summary>Says on Mondays at 06:00 UTC what was done in the week before, or in a dry run would have been, and what came of it. Nothing of it is stored: a daemon that is away then says nothing, and one that starts later does not say it again;
/// <c>tocsin actions report --days N</c> tells of any days.</summary>
internal sealed class WeeklyReport(Func<SupervisorView?> view, Action<string> say)
{
    private const long WeekMs = 7 * 86_400_000L;

    // The first Monday of unix time, 06:00 UTC.
    private const long FirstMs = (4 * 86_400_000L) + (6 * 3_600_000L);

    private long? _said;

    public void Look(long nowMs)
    {
        var week = (nowMs - FirstMs) / WeekMs;
        // A clock that is set back and comes again says nothing twice.
        if (_said is { } last && week > last && view() is { } seen)
        {
            var until = FirstMs + (week * WeekMs);
            say($"the week before {Http.Iso.Text(until)}: {ShadowReport.Of(seen.Actions.Values, seen.Failures, until - WeekMs, until).Sentence}{Few(seen)}");
        }
        _said = Math.Max(_said ?? week, week);
    }

    private static string Few(SupervisorView view) =>
        string.Concat(view.Spares.Where(s => s.Free < s.Wanted).Take(10).Select(s => string.Create(CultureInfo.InvariantCulture, $"; {Shared.OneLine.Of(s.Partition, 80)} has {s.Free} free nodes now, {s.Wanted} spares are wanted")));
}
