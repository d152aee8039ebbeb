using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Recordings;

/// <summary><c>faults.psv</c>: the truth about a recording, for scoring only.</summary>
public static class FaultTable
{
    /// <exception cref="BadDataException">The message names file, line and what was expected.</exception>
    public static IReadOnlyList<FaultEvent> Read(string path)
    {
        var table = PsvFile.Read(path, "Fault", "Start", "End");
        var faults = new List<FaultEvent>();
        foreach (var (line, row) in table.Rows)
        {
            var start = JobTable.Time(table, line, "Start", table.Field(row, "Start")!);
            var end = JobTable.Time(table, line, "End", table.Field(row, "End")!);
            if (end < start)
                throw table.Bad(line, "the fault ends before it starts: expected End at or after Start");
            faults.Add(new FaultEvent(table.Field(row, "Fault")!, table.Field(row, "JobName") ?? "", start, end, JobTable.Nodes(table, line, row)));
        }
        return faults;
    }
}
