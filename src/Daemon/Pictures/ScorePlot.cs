namespace Tocsin.Daemon.Pictures;

/// <summary>The curve of a panel: axis, grid, score and threshold.</summary>
internal sealed class ScorePlot(Canvas canvas, ScorePictureData data, NodeScores node, TimeAxis axis, Box plot)
{
    /// <summary>A line is never drawn over a hole of more than this many cadences.</summary>
    private const int LongestStep = 3;

    private readonly AsinhScale _scale = AsinhScale.Around(node.Scores, Highest(node.Thresholds));
    private readonly long _longestMs = LongestStep * node.CadenceMs();

    public void Background()
    {
        canvas.Fill(plot, Palette.Unscored);
        foreach (var (fromMs, toMs) in ScoredSpans())
        {
            var left = (int)Math.Round(axis.X(fromMs));
            canvas.Fill(plot with { X = left, Width = Math.Max(1, (int)Math.Round(axis.X(toMs)) - left) }, Palette.Paper);
        }
        foreach (var time in axis.Ticks(axis.LabelStep))
            canvas.Fill(new Box((int)axis.X(time), plot.Y, 1, plot.Height), Palette.Grid);
        Lettering.Small.Draw(canvas, plot.X - 7, plot.Y - 8, Lettering.Small.Fit(data.ScoreLabel, plot.X - 8) ?? "", Palette.Soft, 1);
        if (node.Scores.All(float.IsNaN))
        {
            Lettering.Title.Draw(canvas, plot.X + (plot.Width / 2.0), plot.Y + (plot.Height / 2), "no scores", Palette.Soft, 0.5);
            return;
        }
        foreach (var tick in _scale.Ticks(20.0 / plot.Height))
        {
            var y = (int)Math.Round(Y(tick));
            canvas.Fill(new Box(plot.X, y, plot.Width, 1), Palette.Grid);
            canvas.Fill(new Box(plot.X - 4, y, 4, 1), Palette.Soft);
            Lettering.Small.Draw(canvas, plot.X - 7, y + (Lettering.Small.CapHeight / 2), Numbers.Short(tick), Palette.Ink, 1);
        }
    }

    public void Lines() => canvas.Within(plot, () =>
    {
        foreach (var piece in Trace(node.Scores).Pieces)
        {
            Shade(piece);
            canvas.Polyline(piece, Palette.Score, 1.35);
        }
        foreach (var piece in Trace(node.Thresholds).Pieces)
            canvas.Dashed(piece, Palette.Ink.WithAlpha(190), 1.3);
    });

    private static double Highest(float[] values) => values.Where(float.IsFinite).Select(v => (double)v).DefaultIfEmpty(double.NaN).Max();

    private double Y(double value) => plot.Bottom - 1 - (Math.Clamp(_scale.Unit(value), -0.01, 1.01) * (plot.Height - 1));

    private Columns Trace(float[] values)
    {
        var columns = new Columns();
        var lastMs = long.MinValue;
        for (var i = 0; i < values.Length; i++)
        {
            // Frames that go back in time would draw a line leftwards over what is there.
            if (lastMs != long.MinValue && node.TimesMs[i] <= lastMs)
                continue;
            if (lastMs != long.MinValue && node.TimesMs[i] - lastMs > _longestMs)
                columns.Break();
            lastMs = node.TimesMs[i];
            if (float.IsNaN(values[i]))
                columns.Break();
            else
                columns.Add(axis.X(node.TimesMs[i]), Y(values[i]));
        }
        return columns;
    }

    /// <summary>A light tint under the curve: one column of pixels to its highest point.</summary>
    private void Shade(IReadOnlyList<(double X, double Y)> piece)
    {
        var tint = Palette.Score.WithAlpha(30);
        for (var i = 0; i < piece.Count;)
        {
            var column = (int)Math.Floor(piece[i].X);
            var highest = piece[i].Y;
            for (i++; i < piece.Count && (int)Math.Floor(piece[i].X) == column; i++)
                highest = Math.Min(highest, piece[i].Y);
            var next = i < piece.Count ? (int)Math.Floor(piece[i].X) : column + 1;
            canvas.Fill(new Box(column, (int)Math.Round(highest), next - column, plot.Bottom - (int)Math.Round(highest)), tint);
        }
    }

    private IEnumerable<(long FromMs, long ToMs)> ScoredSpans()
    {
        var cadence = _longestMs / LongestStep;
        var start = -1;
        for (var i = 0; i <= node.Scores.Length; i++)
        {
            var scored = i < node.Scores.Length && !float.IsNaN(node.Scores[i]);
            if (start >= 0 && (!scored || node.TimesMs[i] - node.TimesMs[i - 1] > _longestMs))
            {
                yield return (node.TimesMs[start], node.TimesMs[i - 1] + cadence);
                start = -1;
            }
            if (scored && start < 0)
                start = i;
        }
    }
}
