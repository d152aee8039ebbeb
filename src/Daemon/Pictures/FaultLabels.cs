namespace Tocsin.Daemon.Pictures;

/// <param name="Lane">0 is next to the plot; -1 = no room, not drawn.</param>
/// <param name="X">Left edge of the text.</param>
/// <param name="Anchor">Where its leader stands.</param>
/// <param name="Crossed">The leader of a later fault runs behind the text.</param>
internal readonly record struct PlacedLabel(string Text, int X, int Width, double Anchor, int Lane, bool Found, bool Crossed);

/// <summary>Spreads the faults' names over a few lanes so that none covers another.</summary>
internal static class FaultLabels
{
    private const int Apart = 7;

    /// <summary>From right to left, each in the lowest lane where it meets neither a name nor a leader, else in the lowest where it meets no name:
    /// its own leader then never runs through the name of a later fault, which starts to the right of it.</summary>
    /// <param name="right">No text goes beyond this pixel.</param>
    public static IReadOnlyList<PlacedLabel> Place(IReadOnlyList<FaultSpan> faults, TimeAxis axis, int right, int lanes)
    {
        var placed = new List<PlacedLabel>();
        var (texts, leaders) = (new double[lanes], new double[lanes]);
        Array.Fill(texts, right + Apart);
        Array.Fill(leaders, right + Apart);
        foreach (var fault in faults.Where(f => f.EndMs >= axis.FromMs && f.StartMs < axis.ToMs).OrderByDescending(f => f.StartMs))
        {
            var anchor = Math.Max(axis.X(fault.StartMs), axis.Area.X);
            var text = Lettering.Small.Fit(fault.Kind, 140) ?? "?";
            var width = Lettering.Small.Measure(text);
            var x = (int)Math.Min(Math.Round(anchor), right - width);
            var lane = Array.FindIndex(leaders, e => x + width + Apart <= e);
            var crossed = lane < 0;
            if (crossed)
                lane = Array.FindIndex(texts, e => x + width + Apart <= e);
            if (lane >= 0)
                texts[lane] = x;
            // The leader runs through all lower lanes.
            for (var l = 0; l <= lane; l++)
                leaders[l] = Math.Min(leaders[l], x);
            placed.Add(new PlacedLabel(text, x, width, anchor, lane, fault.Found, crossed));
        }
        return placed;
    }

    /// <summary>As many lanes as the names need to stand free, at most <paramref name="most"/>.</summary>
    public static int LanesNeeded(IReadOnlyList<FaultSpan> faults, TimeAxis axis, int right, int most)
    {
        for (var lanes = 0; lanes < most; lanes++)
        {
            if (Place(faults, axis, right, lanes).All(l => !l.Crossed))
                return lanes;
        }
        return most;
    }
}
