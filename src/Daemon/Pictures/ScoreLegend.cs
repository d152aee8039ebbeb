namespace Tocsin.Daemon.Pictures;

/// <summary>What the marks mean, and the colours of the jobs whose names found no room in any band.</summary>
internal static class ScoreLegend
{
    private const int RowHeight = 20;
    private const int MostJobs = 24;

    private static readonly (string Text, Action<Canvas, int, int> Sample)[] Entries =
    [
        ("score", (c, x, y) => c.Line(x, y, x + 22, y, Palette.Score, 1.6)),
        ("threshold", (c, x, y) => c.Dashed([(x, y), (x + 22, y)], Palette.Ink.WithAlpha(190), 1.3)),
        ("alarm", (c, x, y) => c.Fill(new Box(x, y - 5, 22, 11), Palette.Alarm)),
        ("fault found", (c, x, y) => Fault(c, x, y, true)),
        ("fault missed", (c, x, y) => Fault(c, x, y, false)),
        ("false alarm", False),
        ("not scored", (c, x, y) => { c.Fill(new Box(x, y - 5, 22, 11), Palette.Unscored); c.Outline(new Box(x, y - 5, 22, 11), Palette.Frame); }),
        ("idle", (c, x, y) => c.Fill(new Box(x, y - 5, 22, 11), Palette.Idle)),
    ];

    /// <summary>Pixels to keep free: every job name may turn out to need its entry.</summary>
    public static int Rows(JobColours colours, int width) => Layout(colours, width, null, static (_, _, _, _) => { });

    public static void Draw(Canvas canvas, int left, int top, int width, JobColours colours, string? note) =>
        Layout(colours, width, note, (x, y, text, sample) =>
        {
            sample(canvas, left + x, top + y + (RowHeight / 2));
            Lettering.Normal.Draw(canvas, left + x + 28, top + y + (RowHeight / 2) + (Lettering.Normal.CapHeight / 2), text, Palette.Ink);
        });

    private static int Layout(JobColours colours, int width, string? note, Action<int, int, string, Action<Canvas, int, int>> place)
    {
        var (x, y) = (0, 0);
        foreach (var (text, sample) in Entries)
            Put(text, sample);
        var jobs = colours.Unwritten.ToArray();
        foreach (var job in jobs.Take(MostJobs))
        {
            var colour = colours[job];
            Put(Lettering.Normal.Fit(job, 260) ?? "?", (c, px, py) => c.Fill(new Box(px, py - 5, 22, 11), colour));
        }
        if (jobs.Length > MostJobs)
            Put($"and {jobs.Length - MostJobs} more jobs", static (_, _, _) => { });
        if (note is not null)
            Put(note, static (_, _, _) => { });
        return y + RowHeight;

        void Put(string text, Action<Canvas, int, int> sample)
        {
            var needed = 28 + Lettering.Normal.Measure(text) + 22;
            if (x > 0 && x + needed > width)
                (x, y) = (0, y + RowHeight);
            place(x, y, text, sample);
            x += needed;
        }
    }

    private static void Fault(Canvas canvas, int x, int y, bool found)
    {
        var box = new Box(x, y - 6, 22, 13);
        var colour = found ? Palette.Found : Palette.Missed;
        canvas.Fill(box, colour.WithAlpha(found ? (byte)46 : (byte)26));
        if (!found)
            canvas.Hatch(box, colour.WithAlpha(110), 7, 1.3);
        canvas.Mark(found ? Marker.Circle : Marker.Cross, x + 11, y + 0.5, 4, colour);
    }

    private static void False(Canvas canvas, int x, int y)
    {
        var box = new Box(x, y - 5, 11, 11);
        canvas.Fill(box, Palette.False.WithAlpha(120));
        canvas.Hatch(box, Palette.False, 4, 1.6);
        canvas.Outline(box, Palette.False);
        canvas.Mark(Marker.Diamond, x + 18, y + 0.5, 4, Palette.False);
    }
}
