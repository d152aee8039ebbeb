namespace Tocsin.Daemon.Checking;

/// <summary>What a site of so many nodes will take, from what was measured (docs/PERFORMANCE.md, "How many nodes").</summary>
/// <param name="Memory">Bytes.</param>
/// <param name="LogADay">Bytes written to the log a day.</param>
/// <param name="Disk">Bytes under <c>data</c> once everything is as old as it is kept.</param>
internal sealed record Expectation(int Nodes, double SamplesASecond, long Memory, long LogADay, long Disk, double Cores)
{
    /// <summary>Bytes a sample in the log: 28.6 GB a day at 66,700 samples/s.</summary>
    private const double LogBytes = 5;

    /// <summary>1,000 to 20,000 nodes of 100 series: 326 to 1,389 MB at most, flat; with frames to learn from in it.</summary>
    private const long MemoryOfProgram = 240_000_000, MemoryOfNode = 60_000;

    /// <summary>At the door, and as a counter.</summary>
    private const double MemoryOfSeries = 25 + 32;

    /// <summary>A node's row, once in the file and once in SQLite's log of changes, and its segments and runs for 90 days at 40 a day.</summary>
    private const long RowOfNode = 2 * 16_384, HistoryOfNode = 90 * 40 * 300;

    /// <summary>One frame on one core, scored with 5 passes.</summary>
    private const double FrameSeconds = 0.00035;

    /// <param name="series">Of a node, as they are logged.</param>
    /// <param name="keepBytes">Of the log, over all partitions.</param>
    public static Expectation Of(int nodes, double series, TimeSpan cadence, TimeSpan keepFor, long keepBytes, (long Memory, long Disk) learning)
    {
        var samples = nodes * series / cadence.TotalSeconds;
        var aDay = (long)(samples * 86_400 * LogBytes);
        var log = Math.Min((long)(aDay * keepFor.TotalDays), keepBytes);
        return new Expectation(nodes, samples, MemoryOfProgram + (long)(nodes * (MemoryOfNode + (series * MemoryOfSeries))) + learning.Memory, aDay,
            log + nodes * (RowOfNode + HistoryOfNode) + learning.Disk, nodes / cadence.TotalSeconds * FrameSeconds);
    }
}
