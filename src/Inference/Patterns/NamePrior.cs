namespace Tocsin.Inference.Patterns;

/// <summary>What a job's or a user's name says about the pattern, from how often it ran as each.</summary>
internal sealed class NamePrior
{
    private readonly NamePriorState _state;
    private readonly int _patterns;
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);

    public NamePrior(NamePriorState state, int patterns)
    {
        _state = state;
        _patterns = patterns;
        for (var i = 0; i < state.Names.Length; i++)
            _rows[state.Names[i]] = i;
    }

    public static NamePriorState Count(IEnumerable<(string? Name, int Pattern)> runs, int patterns, double weight, double smoothing, double reach)
    {
        var counts = new SortedDictionary<string, int[]>(StringComparer.Ordinal);
        foreach (var (name, pattern) in runs)
        {
            if (name is null)
                continue;
            if (!counts.TryGetValue(name, out var row))
                counts[name] = row = new int[patterns];
            row[pattern]++;
        }
        return new NamePriorState([.. counts.Keys], [.. counts.Values.SelectMany(r => r)], (float)weight, (float)smoothing, (float)Math.Max(1, reach));
    }

    /// <summary>The counts with one more pattern, as which these names ran.</summary>
    public static NamePriorState Add(NamePriorState before, int patterns, IEnumerable<string?> names)
    {
        var counts = new SortedDictionary<string, int[]>(StringComparer.Ordinal);
        for (var row = 0; row < before.Names.Length; row++)
            counts[before.Names[row]] = [.. before.Counts.AsSpan(row * patterns, patterns), 0];
        foreach (var name in names.OfType<string>())
        {
            if (!counts.TryGetValue(name, out var row))
                counts[name] = row = new int[patterns + 1];
            row[patterns]++;
        }
        return before with { Names = [.. counts.Keys], Counts = [.. counts.Values.SelectMany(r => r)] };
    }

    /// <summary>The counts with what ran as one pattern counted for another.</summary>
    public static NamePriorState Move(NamePriorState before, int patterns, int from, int into)
    {
        var counts = before.Counts.ToArray();
        for (var row = 0; row < before.Names.Length; row++)
        {
            var at = row * patterns;
            (counts[at + into], counts[at + from]) = (counts[at + into] + counts[at + from], 0);
        }
        return before with { Counts = counts };
    }

    /// <summary>Of a run whose name nobody has seen, in radii. Radii are wide, so that a run of a known kind is not refused for the fault that drives it away;
    /// what has a new name has no such claim. Chosen on the first part of the test bed recording (docs/DECISIONS.md).</summary>
    public const double NewNameReach = 0.65;

    /// <summary>Of a run of the pattern that its name stands for, in radii; 1 where names are not looked at.</summary>
    public double Reach => _state.Weight == 0 ? 1 : Math.Max(1, _state.Reach);

    /// <summary>Of every other pattern, in radii.</summary>
    public double ReachOfOthers(string? name) => name is null || _state.Weight == 0 || _rows.ContainsKey(name) ? 1 : NewNameReach;

    /// <summary>The pattern as which most runs of that name ran; -1 = there is none, or names are not looked at.</summary>
    public int Usual(string? name)
    {
        if (name is null || _state.Weight == 0 || !_rows.TryGetValue(name, out var row))
            return -1;
        var counts = _state.Counts.AsSpan(row * _patterns, _patterns);
        var (most, all) = (0, 0);
        for (var p = 0; p < counts.Length; p++)
        {
            most = counts[p] > counts[most] ? p : most;
            all += counts[p];
        }
        return 2 * counts[most] > all ? most : -1;
    }

    /// <summary>Adds weight x log(count + smoothing) to each score (what a share's denominator would add is the same for all); a name never seen adds nothing.</summary>
    /// <param name="leaveOut">A pattern whose count is taken as one lower: the run that is being judged. -1 = none.</param>
    public void Add(string? name, Span<double> scores, int leaveOut = -1)
    {
        if (name is null || _state.Weight == 0 || !_rows.TryGetValue(name, out var row))
            return;
        for (var p = 0; p < _patterns; p++)
        {
            var count = _state.Counts[(row * _patterns) + p] - (p == leaveOut ? 1 : 0);
            scores[p] += _state.Weight * Math.Log(count + _state.Smoothing);
        }
    }
}
