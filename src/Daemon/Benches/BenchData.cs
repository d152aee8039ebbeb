using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Benches;

/// <summary>The recording that a measurement is made on.</summary>
/// <param name="Epochs">Passes of each training; null = as <c>tocsin train</c> does.</param>
/// <param name="Count">How many inputs or seeds, where a measurement takes a number of them.</param>
/// <param name="First">The first of them.</param>
/// <param name="Only">The one part of a measurement that is wanted; null = all.</param>
internal sealed record BenchData(string? Folder, string? Until, int? Epochs, int? Count = null, int First = 0, string? Only = null)
{
    /// <summary>Length of what is simulated; null = as the measurement has it.</summary>
    public int? Intervals { get; init; }

    /// <summary>A CSV file of failures.</summary>
    public string? Failures { get; init; }

    /// <summary>An existing folder for pictures; null = none are drawn.</summary>
    public string? Pictures { get; init; }

    /// <exception cref="BadDataException">No recording was named, or its end is not a time.</exception>
    public (IRecording Recording, List<Segment> Segments) Read()
    {
        if (Folder is null)
            throw new BadDataException("this measurement is made on a recording; give --data DIR");
        TimePoint? until = null;
        if (Until is not null)
            until = TimePoint.TryParse(Until, out var point) ? point : throw new BadDataException($"--until '{Until}': expected unix seconds, ISO 8601, or a share between 0 and 1");
        var recording = DataFolder.Open(Folder, new DataOptions());
        return (recording, [.. recording.Segments(new TimeRange(null, until))]);
    }
}
