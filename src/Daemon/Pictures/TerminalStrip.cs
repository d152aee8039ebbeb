using System.Text;

namespace Tocsin.Daemon.Pictures;

/// <summary>One node's scores as a few lines of text: a sparkline, and under it alarms, faults, jobs and the time.</summary>
/// <param name="Width">Characters a line, 30..500; other values are brought into that range.</param>
/// <param name="Unicode">False: printable ASCII only.</param>
internal sealed record TerminalStrip(int Width, bool Unicode)
{
    private const int Margin = 7;

    private int Cells => Math.Clamp(Width, 30, 500) - Margin;

    private string Levels => Unicode ? "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588" : ".:-=+*#@";

    private (char True, char False) AlarmMark => Unicode ? ('\u2588', '\u25C6') : ('#', '!');

    private (char Found, char Missed) FaultMark => Unicode ? ('\u25CF', '\u00D7') : ('o', 'x');

    /// <summary>As wide as the terminal, in Unicode where it is one and takes UTF-8; 100 characters of ASCII where the output goes elsewhere.</summary>
    public static TerminalStrip ForConsole()
    {
        if (Console.IsOutputRedirected)
            return new TerminalStrip(100, false);
        // Some terminals and containers report no width at all.
        var width = Console.WindowWidth > 0 ? Console.WindowWidth - 1 : 100;
        return new TerminalStrip(width, Console.OutputEncoding.CodePage == Encoding.UTF8.CodePage);
    }

    /// <summary>What the marks mean, one line.</summary>
    public string Key(bool truthKnown) => truthKnown
        ? $"{AlarmMark.True} alarm  {AlarmMark.False} false alarm  {FaultMark.Found} fault found  {FaultMark.Missed} fault missed"
        : $"{AlarmMark.True} alarm";

    /// <summary>Lines without line ends, none longer than <see cref="Width"/>.</summary>
    /// <param name="graceMs">An alarm that starts within a fault or up to this long after its end belongs to it.</param>
    public IReadOnlyList<string> Render(NodeScores node, long graceMs = 5_000)
    {
        if (node.TimesMs.Length == 0)
            return ["no scores to show"];
        var axis = new TimeAxis(node.TimesMs.Min(), node.TimesMs.Max() + node.CadenceMs(), new Box(0, 0, Cells, 0), TimeLabels.Relative);
        var lines = new List<string> { Line("score", Scores(node, axis)) };
        var alarms = Blank();
        foreach (var episode in AlarmEpisodes.Of(node, graceMs).OrderByDescending(e => e.False))
            Put(alarms, axis, episode.StartMs, episode.EndMs + 1, episode.False ? AlarmMark.False : AlarmMark.True);
        lines.Add(Line("alarm", alarms));
        if (node.Faults is { } faults)
        {
            var row = Blank();
            // Missed ones last: where two share a cell, the miss is the news.
            foreach (var fault in faults.OrderByDescending(f => f.Found))
                Put(row, axis, fault.StartMs, fault.EndMs, fault.Found ? FaultMark.Found : FaultMark.Missed);
            lines.Add(Line("fault", row));
        }
        if (node.Jobs.Count > 0)
            lines.Add(Line("job", Jobs(node, axis)));
        lines.Add(Line("time", Times(axis)));
        return lines;
    }

    private static string Line(string name, char[] cells) => (name.PadRight(Margin) + new string(cells)).TrimEnd();

    /// <summary>The highest score of each cell, so that no peak is lost; a cell without a scored frame stays blank.</summary>
    private char[] Scores(NodeScores node, TimeAxis axis)
    {
        var scale = AsinhScale.Around(node.Scores, double.NaN);
        var highest = new float[Cells];
        Array.Fill(highest, float.NaN);
        for (var i = 0; i < node.Scores.Length; i++)
        {
            ref var cell = ref highest[Cell(axis, node.TimesMs[i])];
            if (!(node.Scores[i] <= cell) && !float.IsNaN(node.Scores[i]))
                cell = node.Scores[i];
        }
        return [.. highest.Select(v => float.IsNaN(v) ? ' ' : Levels[(int)(Math.Clamp(scale.Unit(v), 0, 0.999) * Levels.Length)])];
    }

    private char[] Jobs(NodeScores node, TimeAxis axis)
    {
        var row = Blank();
        foreach (var job in node.Jobs.Where(j => j.EndMs > axis.FromMs && j.StartMs < axis.ToMs && j.EndMs > j.StartMs).OrderBy(j => j.StartMs))
        {
            var (from, to) = (Cell(axis, job.StartMs), Cell(axis, job.EndMs));
            var text = "|" + Lettering.Clean(job.Name);
            for (var cell = from; cell < Math.Max(to, from + 1); cell++)
                row[cell] = cell - from < text.Length ? text[cell - from] : ' ';
            if (to > from)
                row[to] = '|';
        }
        return row;
    }

    private char[] Times(TimeAxis axis)
    {
        var row = Blank();
        foreach (var at in axis.Ticks(axis.Step(10)))
        {
            var label = axis.Label(at);
            var cell = Cell(axis, at);
            if (cell + label.Length <= Cells)
                label.CopyTo(row.AsSpan(cell));
        }
        return row;
    }

    private void Put(char[] row, TimeAxis axis, long fromMs, long toMs, char mark)
    {
        if (toMs <= axis.FromMs || fromMs >= axis.ToMs)
            return;
        row.AsSpan(Cell(axis, fromMs)..(Math.Max(Cell(axis, fromMs), Cell(axis, toMs - 1)) + 1)).Fill(mark);
    }

    private int Cell(TimeAxis axis, long timeMs) => (int)Math.Clamp(Math.Floor(axis.X(timeMs)), 0, Cells - 1);

    private char[] Blank()
    {
        var row = new char[Cells];
        Array.Fill(row, ' ');
        return row;
    }
}
