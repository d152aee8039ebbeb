using Tocsin.Shared;

namespace Tocsin.Daemon.Benches.Faults;

/// <summary>What a measurement of the fault model is asked for, checked.</summary>
/// <param name="First">The first of the seeds, 1 or more; a seed is a workload.</param>
/// <param name="Truths">Of <c>rule</c> and <c>cause</c>, in that order; both where neither was named.</param>
/// <param name="Named">What else was named of what the measurement has; none where nothing was.</param>
internal sealed record FaultBenchOptions(int Seeds, int First, int Intervals, IReadOnlyList<string> Truths, IReadOnlySet<string> Named)
{
    private static readonly string[] Both = ["rule", "cause"];

    /// <param name="usual">Seeds, the first of them and intervals where the command does not say.</param>
    /// <param name="least">Intervals.</param>
    /// <param name="names">That <c>--only</c> may have beside the truths.</param>
    /// <exception cref="BadDataException">Too few intervals, or a name that is not there.</exception>
    public static FaultBenchOptions Of(BenchData data, (int Seeds, int First, int Intervals) usual, int least, IReadOnlyCollection<string> names)
    {
        var intervals = data.Intervals ?? usual.Intervals;
        if (intervals < least)
            throw new BadDataException($"--intervals {intervals}: expected {least} or more");
        HashSet<string> named = [.. data.Only?.Split(',', StringSplitOptions.TrimEntries) ?? []];
        if (named.FirstOrDefault(n => !Both.Contains(n) && !names.Contains(n)) is { } unknown)
            throw new BadDataException($"--only '{OneLine.Of(unknown)}': expected some of {string.Join(", ", [.. Both, .. names])}");
        string[] truths = [.. Both.Where(named.Contains)];
        named.ExceptWith(Both);
        return new FaultBenchOptions(data.Count ?? usual.Seeds, data.First > 0 ? data.First : usual.First, intervals, truths.Length > 0 ? truths : Both, named);
    }

    /// <summary>What was named, or all where nothing was.</summary>
    public IReadOnlySet<string> NamedOr(IEnumerable<string> all) => Named.Count > 0 ? Named : all.ToHashSet();
}
