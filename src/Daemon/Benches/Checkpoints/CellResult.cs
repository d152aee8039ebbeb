using Tocsin.Checkpointing.Simulation;

namespace Tocsin.Daemon.Benches.Checkpoints;

/// <summary>What came of one cell: the share of waste of each contender and seed.</summary>
/// <param name="Shares">[contender][seed]; contenders that are dear have fewer seeds.</param>
/// <param name="WorstOverhead">Of Adaptive, over all jobs and seeds.</param>
internal sealed record CellResult(GridCell Cell, double[][] Shares, double WorstOverhead)
{
    /// <summary>97.5 % point of Student's t for many seeds; for the few of dear contenders the interval is a little too short.</summary>
    private const double Z = 1.97;

    private static readonly int Mine = Index(Contender.Adaptive);

    public double Mean(int contender) => Shares[contender].Average();

    /// <summary>Half of the 95 % interval of the mean.</summary>
    public double Half(int contender) => Half(Shares[contender]);

    public double Adaptive => Mean(Mine);

    /// <summary>Of those that ran on every seed.</summary>
    public int BestTold { get; } = Enumerable.Range(0, Shares.Length).Where(i => Contender.All[i] is { Told: true, MostSeeds: int.MaxValue }).MinBy(i => Shares[i].Average());

    /// <summary>Adaptive over the best that is told everything.</summary>
    public double Ratio => Adaptive / Mean(BestTold);

    /// <summary>Of <see cref="Ratio"/>, from the pairs of the same seed.</summary>
    public double RatioHalf
    {
        get
        {
            var ratio = Ratio;
            return Half([.. Shares[Mine].Zip(Shares[BestTold], (a, b) => a - (ratio * b))]) / Mean(BestTold);
        }
    }

    public double Less(string name) => 1 - (Adaptive / Mean(Index(name)));

    /// <summary>More than this no policy can be better than <paramref name="name"/>, to first order: the theory's least waste, in the measure of what the theory says of
    /// Young and Daly's and what was found (jobs end, and laws have memory).</summary>
    public double MostLess(string name) => 1 - (Cell.LeastWaste * Mean(Index(Contender.YoungDaly)) / Cell.YoungDalyWaste / Mean(Index(name)));

    public static int Index(string name) => Enumerable.Range(0, Contender.All.Count).First(i => Contender.All[i].Name == name);

    private static double Half(double[] values)
    {
        if (values.Length < 2)
            return double.NaN;
        var mean = values.Average();
        return Z * Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length);
    }
}
