namespace Tocsin.Daemon.Pictures;

/// <summary>One node of a <see cref="ScorePicture"/>: from top to bottom its heading, the faults' names, the score over tinted faults, a strip of alarm
/// episodes, a band of jobs and the time axis.</summary>
internal sealed class ScorePanel(Canvas canvas, ScorePictureData data, NodeScores node, TimeAxis axis, Box box, JobColours colours)
{
    private const int LaneHeight = 13;
    private const int MostLanes = 4;
    private const int StripHeight = 11;
    private const int BandHeight = 17;
    private const int AxisHeight = 32;

    private readonly IReadOnlyList<FaultSpan> _faults = [.. (node.Faults ?? []).Where(f => f.EndMs >= axis.FromMs && f.StartMs < axis.ToMs)];
    private readonly IReadOnlyList<AlarmEpisode> _episodes = AlarmEpisodes.Of(node, data.GraceMs);

    public void Draw()
    {
        var lanes = FaultLabels.LanesNeeded(_faults, axis, box.Right - 4, MostLanes);
        var band = new Box(axis.Area.X, box.Bottom - AxisHeight - BandHeight, axis.Area.Width, BandHeight);
        var strip = band with { Y = band.Y - StripHeight - 3, Height = StripHeight };
        var top = box.Y + 24 + (Math.Max(1, lanes) * LaneHeight);
        var plot = band with { Y = top, Height = strip.Y - 3 - top };
        canvas.Fill(strip, Palette.Unscored);
        var frame = new ScorePlot(canvas, data, node, axis, plot);
        frame.Background();
        foreach (var fault in _faults)
            Fault(fault, plot, strip);
        frame.Lines();
        foreach (var episode in _episodes)
            Episode(episode, strip, plot);
        foreach (var fault in _faults)
        {
            var middle = (Math.Max(axis.X(fault.StartMs), plot.X) + Math.Min(axis.X(fault.EndMs), plot.Right)) / 2;
            canvas.Mark(fault.Found ? Marker.Circle : Marker.Cross, middle, plot.Y + 7, 4, fault.Found ? Palette.Found : Palette.Missed);
        }
        canvas.Outline(plot, Palette.Frame);
        var unnamed = Names(plot, lanes);
        Jobs(band);
        axis.Draw(canvas, band.Bottom + 1);
        foreach (var (name, part) in new[] { ("alarms", strip), ("job", band) })
            Lettering.Small.Draw(canvas, plot.X - 7, part.Y + ((part.Height + Lettering.Small.CapHeight) / 2), name, Palette.Soft, 1);
        Heading(unnamed);
    }

    private void Heading(int unnamed)
    {
        var width = Lettering.Strong.Draw(canvas, axis.Area.X, box.Y + 13, Lettering.Strong.Fit(node.Node, 500) ?? "", Palette.Ink);
        var scored = node.Scores.Count(s => !float.IsNaN(s));
        var told = $"{scored} frames scored";
        if (node.Faults is not null)
            told += $", {_faults.Count(f => f is { Found: true, Counted: true })} of {_faults.Count(f => f.Counted)} faults found, {_episodes.Count(e => e.False)} false of {_episodes.Count} alarms";
        else
            told += $", {_episodes.Count} alarms";
        if (unnamed > 0)
            told += $" ({unnamed} fault names left out for want of room)";
        Lettering.Normal.Draw(canvas, axis.Area.X + width + 12, box.Y + 13, told, Palette.Soft);
    }

    private void Fault(FaultSpan fault, Box plot, Box strip)
    {
        var span = Span(fault.StartMs, fault.EndMs, plot with { Height = strip.Bottom - plot.Y });
        var colour = fault.Found ? Palette.Found : Palette.Missed;
        canvas.Fill(span, colour.WithAlpha(fault.Found ? (byte)46 : (byte)26));
        if (!fault.Found)
            canvas.Hatch(span, colour.WithAlpha(110), 7, 1.3);
        canvas.Fill(span with { Width = 1 }, colour.WithAlpha(150));
    }

    private void Episode(AlarmEpisode episode, Box strip, Box plot)
    {
        var span = Span(episode.StartMs, episode.EndMs, strip);
        if (!episode.False)
        {
            canvas.Fill(span, Palette.Alarm);
            return;
        }
        canvas.Fill(span, Palette.False.WithAlpha(120));
        canvas.Hatch(span, Palette.False, 4, 1.6);
        canvas.Outline(span, Palette.False);
        canvas.Mark(Marker.Diamond, span.X + (span.Width / 2.0), plot.Bottom - 7, 4, Palette.False);
    }

    /// <returns>How many found no room.</returns>
    private int Names(Box plot, int lanes)
    {
        var labels = FaultLabels.Place(_faults, axis, box.Right - 4, lanes);
        foreach (var label in labels.Where(l => l.Lane >= 0))
            canvas.Fill(new Box((int)label.Anchor, Baseline(label) + 2, 1, plot.Y - Baseline(label) - 2), Colour(label).WithAlpha(130));
        foreach (var label in labels.Where(l => l.Lane >= 0))
        {
            if (label.Crossed)
                canvas.Fill(new Box(label.X - 1, Baseline(label) - 9, label.Width + 2, 12), Palette.Paper.WithAlpha(215));
            Lettering.Small.Draw(canvas, label.X, Baseline(label), label.Text, Colour(label));
        }
        return labels.Count(l => l.Lane < 0);

        int Baseline(PlacedLabel label) => plot.Y - 4 - (label.Lane * LaneHeight);

        static Rgba Colour(PlacedLabel label) => label.Found ? Rgba.Hex("00664B") : Rgba.Hex("A84300");
    }

    private void Jobs(Box band)
    {
        canvas.Fill(band, Palette.Idle);
        foreach (var job in node.Jobs.Where(j => j.EndMs > j.StartMs && j.EndMs > axis.FromMs && j.StartMs < axis.ToMs))
        {
            var span = Span(job.StartMs, job.EndMs, band);
            canvas.Fill(span, colours[job.Name]);
            canvas.Fill(span with { Width = 1 }, Palette.Paper);
            if (Lettering.Small.Fit(job.Name, span.Width - 8) is not { } text)
                continue;
            Lettering.Small.Draw(canvas, span.X + (span.Width / 2.0), band.Y + ((BandHeight + Lettering.Small.CapHeight) / 2), text, Palette.Ink, 0.5);
            if (text == Lettering.Clean(job.Name))
                colours.Written(job.Name);
        }
    }

    /// <summary>At least two pixels wide, else what is short is not seen.</summary>
    private Box Span(long fromMs, long toMs, Box within)
    {
        var left = (int)Math.Round(Math.Clamp(axis.X(fromMs), within.X, within.Right - 2));
        var right = (int)Math.Round(Math.Clamp(axis.X(toMs), left + 2, within.Right));
        return within with { X = left, Width = Math.Max(2, right - left) };
    }
}
