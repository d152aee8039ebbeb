namespace Tocsin.Integration.Acting;

/// <summary>The times of the measurement, a real site's pressed together: an hour between checkpoints and half an hour of warning would take days.</summary>
internal static class ActingTimes
{
    /// <summary>Seconds between checkpoints of the job's own: an hour on a site. In the tests, where nothing is measured, less.</summary>
    public static int Period => Environment.GetEnvironmentVariable("ACTING_RUNS") is null ? 10 : 30;

    /// <summary>Seconds from a fault's first sign until the node hangs.</summary>
    public const int Lead = 30;

    /// <summary>When in its own period the fault comes, seconds: spread evenly over the runs, so that no run's luck decides.</summary>
    public static double Phase(int run, int runs) => (run + 0.5) / runs * (Period - 3);

    /// <summary>Of the job's first four nodes, in turn: also the one that the batch script runs on.</summary>
    public static string Node(int run) => $"n00{1 + (run % JobFolder.Ranks)}";
}
