using System.Globalization;
using Tocsin.Shared;

namespace Tocsin.Inference.Faults.Workload;

/// <summary>Traces of virtual machines in the format of GWA-T-12 (Bitbrains): one CSV a machine, semicolons between columns, a line of names. Memory throughput is not in them:
/// what the machine received and sent over the network stands for it, as in COSCO's simulations; held disk is what was written so far, up to a quarter of a disk.</summary>
public static class BitbrainsReader
{
    /// <summary>Files beyond this many are left out, and so are rows and bytes of one.</summary>
    private const int MostFiles = 5_000, MostRows = 100_000;

    private const long MostBytes = 64L << 20;

    /// <summary>The paper's choice: machines that use this much at their tenth interval, MHz.</summary>
    private const float LeastAtTenth = 500, MostAtTenth = 3000;

    private static readonly string[] Columns =
    [
        "CPU usage [MHZ]", "Memory usage [KB]", "Network received throughput [KB/s]", "Network transmitted throughput [KB/s]",
        "Disk read throughput [KB/s]", "Disk write throughput [KB/s]",
    ];

    /// <exception cref="BadDataException">Nothing in the folder can be used; the reasons are in <paramref name="rejections"/>.</exception>
    /// <exception cref="DependencyException">The folder cannot be read.</exception>
    public static TracePool ReadFolder(string folder, Rejections rejections)
    {
        List<TaskTrace> traces = [];
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(MostFiles))
            {
                var name = Path.GetFileName(path);
                if (new FileInfo(path).Length > MostBytes)
                    rejections.Add("file above 64 MiB", name);
                else if (Parse(name, File.ReadLines(path), rejections) is { } trace)
                    traces.Add(trace);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"traces '{folder}' cannot be read: {e.Message}", e);
        }
        return traces.Count > 0
            ? new TracePool(traces)
            : throw new BadDataException($"traces '{folder}': no machine can be used ({(rejections.Total == 0 ? "there are no .csv files" : string.Join(", ", rejections.ByReason.Select(r => $"{r.Key}: {r.Value.Count}")))}); expected GWA-T-12 files");
    }

    /// <returns>Null: rejected, with its reason.</returns>
    public static TaskTrace? Parse(string name, IEnumerable<string> lines, Rejections rejections)
    {
        int[]? places = null;
        List<float> values = [];
        double written = 0;
        foreach (var line in lines)
        {
            var cells = line.Split(';', StringSplitOptions.TrimEntries);
            if (places is null)
            {
                places = [.. Columns.Select(c => Array.FindIndex(cells, cell => cell.Equals(c, StringComparison.OrdinalIgnoreCase)))];
                if (Array.FindIndex(places, p => p < 0) is >= 0 and var missing)
                    return Reject(rejections, $"no column '{Columns[missing]}'", name);
                continue;
            }
            if (values.Count / Resource.Count == MostRows)
                break;
            if (Row(cells, places) is not { } row)
                rejections.Add("row that is no row of numbers from 0", name);
            else
                Append(values, row, written += row[5] * 300);
        }
        if (values.Count < 10 * Resource.Count)
            return Reject(rejections, "fewer than 10 rows", name);
        return values[9 * Resource.Count] is >= LeastAtTenth and <= MostAtTenth
            ? new TaskTrace(name, [.. values])
            : Reject(rejections, "CPU at the tenth interval outside 500 to 3000 MHz", name);
    }

    /// <summary>From MHz and KB to the units of <see cref="Resource.Small"/>.</summary>
    private static void Append(List<float> values, float[] row, double writtenKb) =>
        values.AddRange([row[0], row[1] / 1024, row[2] / 1024, row[3] / 1024, (float)Math.Min(writtenKb / 1024, Resource.Small[HostFeatures.Disk] / 4), row[4] / 1024, row[5] / 1024]);

    private static float[]? Row(string[] cells, int[] places)
    {
        var row = new float[places.Length];
        for (var i = 0; i < row.Length; i++)
        {
            if (places[i] >= cells.Length || !float.TryParse(cells[places[i]], NumberStyles.Float, CultureInfo.InvariantCulture, out row[i]) || !float.IsFinite(row[i]) || row[i] < 0)
                return null;
        }
        return row;
    }

    private static TaskTrace? Reject(Rejections rejections, string reason, string name)
    {
        rejections.Add(reason, name);
        return null;
    }
}
