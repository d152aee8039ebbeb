using Tocsin.Ingest.Slurm;
using Tocsin.Shared;

namespace Tocsin.Ingest.Recordings;

/// <summary>The jobs of a folder: <c>jobs.psv</c> of a recording, <c>Job</c> of the NodeSentry layout.</summary>
/// <remarks>A row that cannot be read refuses the folder: a job left out silently would turn its frames into idle ones.</remarks>
public static class JobTable
{
    private const int MaxText = 1024;

    /// <summary>What sacct writes for a job that still runs.</summary>
    private static readonly string[] NoEnd = ["", "Unknown", "None", "N/A"];

    public static IReadOnlyList<JobRun> Read(string path, Rejections rejections)
    {
        var table = PsvFile.Read(path, "JobID", "Start", "End");
        var jobs = new List<JobRun>();
        var seen = new HashSet<(string, long)>();
        foreach (var (line, row) in table.Rows)
        {
            var id = table.Field(row, "JobID")!;
            var name = table.Field(row, "JobName") ?? $"Job-{id}";
            if (id.Length is 0 or > MaxText || name.Length > MaxText)
                throw table.Bad(line, $"JobID '{Short(id)}' or JobName has no character or more than {MaxText}");
            var start = Time(table, line, "Start", table.Field(row, "Start")!);
            var endText = table.Field(row, "End")!;
            long? end = NoEnd.Contains(endText, StringComparer.OrdinalIgnoreCase) ? null : Time(table, line, "End", endText);
            if (end < start)
                throw table.Bad(line, $"job {Short(id)} ends ({endText}) before it starts: expected End at or after Start");
            var nodes = Nodes(table, line, row);
            if (seen.Add((id, start)))
                jobs.Add(new JobRun(id, name, table.Field(row, "User"), start, end, nodes));
            else
                rejections.Add("job stands twice", $"{table.Name}, line {line}, job {Short(id)}");
        }
        return jobs;
    }

    internal static long Time(PsvFile table, int line, string column, string text) =>
        EventTime.TryParse(text, out var ms)
            ? ms
            : throw table.Bad(line, $"{column} is '{Short(text)}': expected unix seconds or ISO 8601 (UTC)");

    /// <summary>Empty where there is no column or nothing in it.</summary>
    internal static IReadOnlyList<string> Nodes(PsvFile table, int line, string[] row)
    {
        var text = table.Field(row, "NodeList");
        if (string.IsNullOrEmpty(text))
            return [];
        var why = Hostlist.Expand(text, out var names);
        return why is null ? names : throw table.Bad(line, $"NodeList is '{Short(text)}': {why}; expected names such as n1,n[003-005]");
    }

    internal static string Short(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
