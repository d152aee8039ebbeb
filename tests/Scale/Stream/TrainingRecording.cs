using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Tocsin.Scale.Stream;

/// <summary>The same fleet as a recording (docs/FORMATS.md), for <c>tocsin train</c>: what is scored under load has been learned from the like.</summary>
internal static class TrainingRecording
{
    private const long BeginMs = 1_700_000_000_000;
    private const int CadenceMs = 15_000;

    public static void Write(string folder, int nodes, TimeSpan span)
    {
        Directory.CreateDirectory(folder);
        var series = NodeSeries.All;
        var names = series.Select(s => s.Text).ToArray();
        var fleet = new Fleet(series, nodes, 7);
        var jobs = new JobBook(nodes, 2, (TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(40)), BeginMs, 7);
        var table = new SortedDictionary<int, Job>(jobs.Current.ToDictionary(j => j.Id));
        var values = new double[series.Count];
        var text = new StringBuilder();
        using var gzip = new GZipStream(File.Create(Path.Combine(folder, "scrapes.tsv.gz")), CompressionLevel.Fastest);
        for (var now = BeginMs; now < BeginMs + span.TotalMilliseconds; now += CadenceMs)
        {
            foreach (var (_, next) in jobs.Advance(now))
                table[next.Id] = next;
            for (var node = 0; node < nodes; node++)
            {
                var job = jobs.At(node, now);
                fleet.Step(node, job?.Work ?? 0, (now - (job?.StartMs ?? BeginMs)) / 1000.0, CadenceMs / 1000.0, values);
                text.Append(CultureInfo.InvariantCulture, $"#t\t{now / 1000}.000\t{Fleet.NameOf(node)}\n");
                for (var i = 0; i < values.Length; i++)
                    text.Append(names[i]).Append(' ').Append(values[i].ToString("R", CultureInfo.InvariantCulture)).Append('\n');
            }
            gzip.Write(Encoding.ASCII.GetBytes(text.ToString()));
            text.Clear();
        }
        File.WriteAllLines(
            Path.Combine(folder, "jobs.psv"),
            ["JobID|JobName|Start|End|NodeList", .. table.Values.Select(j => string.Create(CultureInfo.InvariantCulture, $"{j.Id}|{j.Name}|{j.StartMs / 1000}|{j.EndMs / 1000}|{j.NodeList}"))]);
    }
}
