using System.Globalization;
using System.Text;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Workload;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary>A simulated history as two CSV files: <c>hosts.csv</c> (a line a host and interval, with both labels) and <c>edges.csv</c>.</summary>
internal static class WorkloadCsv
{
    /// <exception cref="DependencyException">The disk refused.</exception>
    public static void Write(string folder, WorkloadRun run)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var hosts = new StreamWriter(Path.Combine(folder, "hosts.csv"), false, new UTF8Encoding(false));
            using var edges = new StreamWriter(Path.Combine(folder, "edges.csv"), false, new UTF8Encoding(false));
            hosts.WriteLine($"interval,host,{string.Join(",", HostFeatures.Names.Take(run.Rule.Features))},rule,cause");
            edges.WriteLine("interval,from,to,kind,count");
            for (var t = 0; t < run.Rule.Length; t++)
            {
                for (var h = 0; h < run.Rule.Hosts; h++)
                {
                    hosts.Write(string.Create(CultureInfo.InvariantCulture, $"{t},{h}"));
                    foreach (var value in run.Rule[t].Row(h))
                        hosts.Write(string.Create(CultureInfo.InvariantCulture, $",{value:R}"));
                    hosts.WriteLine($",{run.Rule.Label(t, h)},{run.Cause.Label(t, h)}");
                }
                foreach (var edge in run.Rule[t].Edges)
                    edges.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{t},{edge.From},{edge.To},{edge.Kind},{edge.Count:R}"));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"'{folder}' cannot be written: {e.Message}", e);
        }
    }
}
