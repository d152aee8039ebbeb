using Tocsin.Daemon.Commands;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Demo;

/// <summary>What many sites have: a node whose cores are over 95 % busy for as long as Tocsin waits, too, is in trouble. By recorded time.</summary>
internal sealed class BusyRule
{
    public const double Limit = 0.95;

    private readonly List<(long FromMs, long UntilMs)> _fires = [];

    /// <param name="segments">Of one node.</param>
    /// <param name="holdMs">How long it has to last.</param>
    public static BusyRule Of(IEnumerable<Segment> segments, long holdMs)
    {
        var rule = new BusyRule();
        foreach (var segment in segments)
        {
            if (new WatchedSegment(segment, []).CpuBusy() is not { } busy)
                continue;
            long? since = null;
            for (var t = 0; t < busy.Length; t++)
            {
                var now = segment.TimesMs[t];
                since = busy[t] > Limit ? since ?? now : null;
                if (since is not { } from || now - from < holdMs)
                    continue;
                if (rule._fires.Count > 0 && rule._fires[^1].FromMs == from)
                    rule._fires[^1] = (from, now);
                else
                    rule._fires.Add((from, now));
            }
        }
        return rule;
    }

    /// <summary>When it fired on a track, in times of the stage.</summary>
    public IEnumerable<(long FromMs, long UntilMs)> On(Track track) =>
        from clip in track.Clips
        from fire in _fires
        where fire.FromMs >= clip.FromMs && fire.FromMs < clip.UntilMs
        select (clip.ToStage(fire.FromMs), clip.ToStage(Math.Min(fire.UntilMs, clip.UntilMs)));
}
