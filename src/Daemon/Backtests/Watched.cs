using Tocsin.Inference.Learning;
using Tocsin.Shared;

namespace Tocsin.Daemon.Backtests;

/// <summary>Which share of the nodes' time was judged, and why the rest was not, in frames.</summary>
internal sealed class Watched
{
    public long Judged { get; private set; }

    /// <summary>Scored by all patterns together and never alarmed: its segment fits none.</summary>
    public long Unmatched { get; private set; }

    /// <summary>Its segment is too young to be matched, and its name says nothing.</summary>
    public long Young { get; private set; }

    public void Add(NodeKey node, FrameScore score)
    {
        if (score.Match.Matched || score.Judged >= 0)
            Judged++;
        else if (score.Match.HeadFrames == 0)
            Young++;
        else
            Unmatched++;
    }

    /// <param name="expected">Frames that there would be of all nodes, had each come.</param>
    /// <param name="scrapes">That came.</param>
    public IEnumerable<(string Why, double Share)> Rest(double expected, long scrapes)
    {
        if (expected <= 0)
            yield break;
        yield return ("like no pattern: a kind of job that was not learned, or nodes shared by several", Unmatched / expected);
        yield return ("too young to be matched", Young / expected);
        var none = Math.Max(0, 1 - (scrapes / expected));
        yield return ("no data", none);
        yield return ("at the border of two segments, which a frame must not span", Math.Max(0, 1 - none - ((Judged + Unmatched + Young) / expected)));
    }
}
