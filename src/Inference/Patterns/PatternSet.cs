using Tocsin.Inference.Features;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Patterns;

/// <summary>The patterns of a library. Immutable; any number of threads may match.</summary>
public sealed class PatternSet
{
    private readonly FeatureSpace _space;
    private readonly NamePrior _jobNames;
    private readonly NamePrior _users;
    private readonly MatchRooms _rooms;

    public PatternSet(PatternSetState state)
    {
        State = state;
        _space = new FeatureSpace(state.Space);
        _jobNames = new NamePrior(state.JobNames, state.Patterns.Length);
        _users = new NamePrior(state.Users, state.Patterns.Length);
        _rooms = new MatchRooms(Metrics * FeatureNames.Count, _space.Width);
        HeadLengths = [.. state.Levels.Where(l => l.HeadFrames > 0).Select(l => l.HeadFrames)];
    }

    public PatternSetState State { get; }

    public IReadOnlyList<Pattern> Patterns => State.Patterns;

    /// <summary>Metrics of a frame.</summary>
    public int Metrics => State.Space.Metrics;

    /// <summary>Rising; a match is made at each.</summary>
    public IReadOnlyList<int> HeadLengths { get; }

    /// <summary>What a segment is expected to be before its frames have said anything: what runs of its name were as a rule, and for an idle one
    /// the idle pattern where there is one. -1 = nothing is known.</summary>
    public int Expected(bool idle, string? jobName)
    {
        if (!idle)
            return _jobNames.Usual(jobName);
        var only = -1;
        for (var p = 0; p < Patterns.Count; p++)
        {
            if (Patterns[p].Idle)
                only = only == -1 || only == Taken(p) ? Taken(p) : -2;
        }
        return Math.Max(only, -1);
    }

    /// <summary>Matches what is there of a segment by its longest head that patterns have; later frames are not looked at.</summary>
    /// <param name="values">Row-major (frames x metrics), standardised, finite.</param>
    /// <param name="idle">What the scheduler says: idle segments match idle patterns alone, and jobs the others.</param>
    /// <returns>Unmatched with no nearest pattern (-1, infinitely far) below the shortest head or where no pattern is of that kind.</returns>
    public SegmentMatch Match(ReadOnlySpan<float> values, int frames, bool idle, string? jobName = null, string? user = null)
    {
        var level = Array.FindLastIndex(State.Levels, l => l.HeadFrames > 0 && l.HeadFrames <= frames);
        if (level < 0)
            return new SegmentMatch(-1, -1, float.PositiveInfinity, 0, 0);
        return Match(State.Levels[level], values, State.Levels[level].HeadFrames, idle, jobName, user);
    }

    /// <summary>Matches a segment that is over by all of its frames.</summary>
    public SegmentMatch MatchWhole(ReadOnlySpan<float> values, int frames, bool idle, string? jobName = null, string? user = null) =>
        frames < FeatureExtractor.FewestFrames
            ? new SegmentMatch(-1, -1, float.PositiveInfinity, 0, 0)
            : Match(State.Levels[^1], values, frames, idle, jobName, user);

    private SegmentMatch Match(HeadLevelState level, ReadOnlySpan<float> values, int frames, bool idle, string? jobName, string? user)
    {
        var distances = new double[Patterns.Count];
        // Not given back where something throws: what it holds then is not to be reasoned about.
        var room = _rooms.Lend();
        room.Extractor.ExtractSegment(values[..(frames * Metrics)], frames, Metrics, room.Features);
        _space.Transform(room.Features, frames, room.Free, room.Vector);
        for (var p = 0; p < distances.Length; p++)
            distances[p] = Points.Distance(room.Vector, level.Centroids.AsSpan(p * room.Vector.Length, room.Vector.Length));
        _rooms.GiveBack(room);
        return Decide(level, distances, frames, idle, jobName, user);
    }

    /// <summary>What a pattern's centre stands for: itself, or what it was joined into.</summary>
    public int Taken(int pattern) => Patterns[pattern].Into ?? pattern;

    /// <param name="leaveOut">The pattern that the judged segment itself is counted in; -1 = none.</param>
    internal SegmentMatch Decide(HeadLevelState level, ReadOnlySpan<double> distances, int frames, bool idle, string? jobName, string? user, int leaveOut = -1)
    {
        Span<double> names = new double[distances.Length];
        if (!idle)
        {
            _jobNames.Add(jobName, names, leaveOut);
            _users.Add(user, names, leaveOut);
        }
        var costs = new double[distances.Length];
        var expected = Expected(idle, jobName);
        var others = idle ? 1 : _jobNames.ReachOfOthers(jobName);
        int nearest = -1, within = -1;
        for (var p = 0; p < costs.Length; p++)
        {
            costs[p] = Patterns[p].Idle == idle ? Posterior.Cost(distances[p], level.Radii[p]) - (level.Temperature * names[Taken(p)]) : double.PositiveInfinity;
            if (double.IsPositiveInfinity(costs[p]))
                continue;
            nearest = nearest < 0 || costs[p] < costs[nearest] ? p : nearest;
            if (distances[p] <= level.Radii[p] * (Taken(p) == expected ? _jobNames.Reach : others))
                within = within < 0 || costs[p] < costs[within] ? p : within;
        }
        if (nearest < 0)
            return new SegmentMatch(-1, -1, float.PositiveInfinity, 0, frames);
        var shown = within < 0 ? nearest : within;
        var choices = costs.Count(double.IsFinite);
        var confidence = within < 0 ? 0
            : choices == 1 ? 1
            : ((1 - level.Doubt) * Share(costs, Taken(within), level.Temperature)) + (level.Doubt / choices);
        return new SegmentMatch(within < 0 ? -1 : Taken(within), Taken(shown), (float)(distances[shown] / level.Radii[shown]), (float)confidence, frames);
    }

    /// <summary>Of the belief in all centres of a pattern.</summary>
    private double Share(double[] costs, int pattern, double temperature)
    {
        var share = 0.0;
        for (var p = 0; p < costs.Length; p++)
            share += Taken(p) == pattern ? Math.Exp(Posterior.LogShare(costs, p, temperature)) : 0;
        return Math.Min(1, share);
    }
}
