using Tocsin.Actors.Persistence;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Reports;

/// <summary>Why a stretch of a run on a node was not held against a model.</summary>
internal enum Unwatched
{
    /// <summary>It was: nothing is missing.</summary>
    Watched,

    /// <summary>Tocsin knew nothing of the node then.</summary>
    NotSeen,
    NoData,
    Down,

    /// <summary>No library yet.</summary>
    NoLibrary,

    /// <summary>Too short to tell which pattern it is.</summary>
    TooShort,

    /// <summary>Other jobs ran on the node, and together they are like nothing that is known.</summary>
    Shared,

    /// <summary>It is like nothing that is known.</summary>
    NoPattern,
}

/// <summary>How much of a run on one node was held against the model of its pattern, and why the rest was not. Rules and the comparison with peers ask for no pattern:
/// they look whenever there is data.</summary>
/// <param name="Shares">Of the run, 0..1, summing to 1; only those over 0.</param>
internal sealed record WatchedTime(IReadOnlyDictionary<Unwatched, double> Shares)
{
    /// <summary>A segment that is shorter is seldom told apart.</summary>
    private const int LeastFrames = 20;

    public double Watched => Shares.GetValueOrDefault(Unwatched.Watched);

    /// <summary>There were data to look at.</summary>
    public double Seen => 1 - Shares.GetValueOrDefault(Unwatched.NotSeen) - Shares.GetValueOrDefault(Unwatched.NoData) - Shares.GetValueOrDefault(Unwatched.Down);

    public static WatchedTime Of(NodeFacts node, IReadOnlyList<AlertFact> alerts, long fromMs, long untilMs, long cadenceMs)
    {
        var length = untilMs - fromMs;
        if (length <= 0)
            return new WatchedTime(new Dictionary<Unwatched, double> { [Unwatched.TooShort] = 1 });
        var silent = Spans(alerts.Where(a => !a.Fault && a.On(node.Name)));
        var down = Spans(alerts.Where(a => a.Down && a.On(node.Name)));
        // Between two of all the times at which something changes nothing does.
        long[] cuts =
        [
            .. node.Segments.SelectMany(s => (long[])[s.StartMs, s.EndMs ?? long.MaxValue]).Concat(silent.Concat(down).SelectMany(s => (long[])[s.From, s.Until]))
                .Append(fromMs).Append(untilMs).Where(t => t >= fromMs && t <= untilMs).Distinct().Order(),
        ];
        var sums = new SortedDictionary<Unwatched, double>();
        for (var i = 1; i < cuts.Length; i++)
        {
            var why = At((cuts[i - 1] + cuts[i]) / 2);
            sums[why] = sums.GetValueOrDefault(why) + ((double)(cuts[i] - cuts[i - 1]) / length);
        }
        return new WatchedTime(sums);

        Unwatched At(long timeMs)
        {
            if (down.Exists(s => s.From <= timeMs && timeMs < s.Until))
                return Unwatched.Down;
            if (silent.Exists(s => s.From <= timeMs && timeMs < s.Until))
                return Unwatched.NoData;
            return node.Segments.LastOrDefault(s => s.StartMs <= timeMs && timeMs < (s.EndMs ?? long.MaxValue)) is not { } segment ? Unwatched.NotSeen
                : segment.Pattern is not null ? Unwatched.Watched
                : segment.LibraryVersion == 0 ? Unwatched.NoLibrary
                : (segment.EndMs ?? untilMs) - segment.StartMs < LeastFrames * cadenceMs ? Unwatched.TooShort
                : segment.Jobs.Count > 1 ? Unwatched.Shared
                : Unwatched.NoPattern;
        }
    }

    private static List<(long From, long Until)> Spans(IEnumerable<AlertFact> alerts) => [.. alerts.Select(a => (a.Alert.SinceMs, a.Alert.ClearedMs ?? long.MaxValue))];
}
