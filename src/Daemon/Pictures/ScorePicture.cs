using Tocsin.Shared;

namespace Tocsin.Daemon.Pictures;

/// <summary>The scores of up to <see cref="MaxPanels"/> nodes over one time axis, as a PNG of <see cref="Width"/> pixels by about
/// <see cref="PanelHeight"/> a node.</summary>
internal static class ScorePicture
{
    public const int MaxPanels = 8;
    public const int Width = 1600;
    public const int PanelHeight = 320;

    private const int Left = 64;
    private const int Right = 20;
    private const int TitleHeight = 40;

    /// <exception cref="DependencyException">The file could not be written.</exception>
    public static void Write(string path, ScorePictureData data) => PictureFile.Write(path, Draw(data));

    public static Canvas Draw(ScorePictureData data)
    {
        foreach (var node in data.Nodes)
        {
            if (node.Scores.Length != node.TimesMs.Length || node.Thresholds.Length != node.TimesMs.Length || node.Alarms.Length != node.TimesMs.Length)
                throw new ArgumentException("times, scores, thresholds and alarms are of one length", nameof(data));
        }
        var shown = data.Nodes.Take(MaxPanels).ToArray();
        var span = TimeSpanOf(shown);
        var colours = new JobColours(shown.SelectMany(n => n.Jobs));
        var panels = Math.Max(1, shown.Length);
        var legendRows = ScoreLegend.Rows(colours, Width - Left - Right);
        var canvas = new Canvas(Width, TitleHeight + (panels * PanelHeight) + legendRows + 16, Palette.Paper);
        Lettering.Title.Draw(canvas, Left, 27, Lettering.Title.Fit(data.Title, Width - Left - 560) ?? "", Palette.Ink);
        if (span is not var (from, to))
        {
            Lettering.Title.Draw(canvas, Width / 2.0, TitleHeight + (PanelHeight / 2), "no scores to show", Palette.Soft, 0.5);
            return canvas;
        }
        var axis = new TimeAxis(from, to, new Box(Left, 0, Width - Left - Right, 0), data.Times);
        Lettering.Normal.Draw(canvas, Width - Right, 27, axis.Title(), Palette.Soft, 1);
        for (var i = 0; i < shown.Length; i++)
            new ScorePanel(canvas, data, shown[i], axis, new Box(0, TitleHeight + (i * PanelHeight), Width, PanelHeight), colours).Draw();
        var more = data.Nodes.Count - shown.Length;
        ScoreLegend.Draw(canvas, Left, canvas.Height - legendRows - 8, Width - Left - Right, colours, more > 0 ? $"{more} more nodes are not shown" : null);
        return canvas;
    }

    /// <summary>From the first frame to one cadence after the last, over all nodes; null where there is no frame.</summary>
    private static (long FromMs, long ToMs)? TimeSpanOf(IReadOnlyList<NodeScores> nodes)
    {
        var filled = nodes.Where(n => n.TimesMs.Length > 0).ToArray();
        if (filled.Length == 0)
            return null;
        return (filled.Min(n => n.TimesMs.Min()), filled.Max(n => n.TimesMs.Max() + n.CadenceMs()));
    }
}
