using Tocsin.Actors.Alerts.Findings;
using Tocsin.Actors.Alerts.Rules;
using Tocsin.Actors.Nodes;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Frames;
using Tocsin.Shared;

namespace Tocsin.Daemon.Config;

/// <summary>The <c>nodes</c> section: how samples become frames, and when a node is stale.</summary>
internal static class NodeSection
{
    public static NodeOptions Read(ConfigReader r, TimeSpan cadence)
    {
        var usual = new NodeOptions();
        var grace = r.Duration("grace", TimeSpan.FromTicks(cadence.Ticks / 3), TimeSpan.Zero, TimeSpan.FromMinutes(5));
        var stale = r.Duration("stale_after", TimeSpan.FromTicks(cadence.Ticks * 4), TimeSpan.FromSeconds(2), TimeSpan.FromHours(1));
        if (stale < cadence + grace)
            r.Problem("stale_after", $"{Spans.Text(stale)}, less than cadence + nodes.grace ({Spans.Text(cadence + grace)}): expected at least that");
        return usual with
        {
            Frames = new LiveFrameOptions
            {
                CadenceMs = (long)cadence.TotalMilliseconds,
                GraceMs = (long)grace.TotalMilliseconds,
                MaxSeries = r.Whole("max_series", usual.Frames.MaxSeries, 1, 1_000_000, "series of one node"),
                ReplicaSilenceMs = (long)(3 * cadence.TotalMilliseconds),
            },
            StaleMs = (long)stale.TotalMilliseconds,
            Rules = Rules(r),
        };
    }
    public static SourceWatchOptions ReadSilence(ConfigReader r, TimeSpan cadence, NodeOptions nodes)
    {
        var usual = TimeSpan.FromTicks(Math.Max(cadence.Ticks * 4, 2 * TimeSpan.TicksPerMinute));
        return SourceWatchOptions.For(cadence, TimeSpan.FromMilliseconds(nodes.StaleMs), r.Duration("away_after", usual, TimeSpan.FromSeconds(2), TimeSpan.FromDays(1)));
    }

    /// <summary>Ours, and over them those of the file that is named.</summary>
    private static RuleSet Rules(ConfigReader r)
    {
        var file = r.Text("rules", null, "a YAML file");
        var metrics = Catalogue.Default.Metrics.ToDictionary(m => m.Name, StringComparer.Ordinal);
        try
        {
            return RuleFile.Load(file is null ? null : File.ReadAllText(file), file ?? "", metrics);
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            r.Problem("rules", OneLine.Of(e.Message));
            return RuleSet.None;
        }
    }
}
