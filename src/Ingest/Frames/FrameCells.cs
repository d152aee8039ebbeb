using Tocsin.Ingest.Catalogues;

namespace Tocsin.Ingest.Frames;

/// <summary>Where one frame is summed up; used again for every frame of every node. One thread at a time.</summary>
internal sealed class FrameCells
{
    private Cell[] _cells = [];

    public void Clear(int cells)
    {
        if (_cells.Length < cells)
            _cells = new Cell[Math.Max(cells, 2 * _cells.Length)];
        Array.Clear(_cells, 0, cells);
    }

    public void Add(int cell, double value)
    {
        _cells[cell].Sum += value;
        _cells[cell].Count++;
    }

    /// <summary>A part that is there and has no value (a counter was reset): the sum is not known either.</summary>
    public void Spoil(int cell) => _cells[cell].Spoiled = true;

    /// <summary>NaN where no device has a value, or where a sum lacks a spoiled part.</summary>
    public double Value(FrameOutput output)
    {
        var rule = output.Rule;
        double sum = 0, min = double.PositiveInfinity, max = double.NegativeInfinity;
        var known = 0;
        for (var at = output.FirstCell; at < output.FirstCell + output.Cells; at += rule.Cells)
        {
            var value = Device(rule, _cells.AsSpan(at, rule.Cells), out var spoiled);
            if (spoiled && rule.Aggregation == Aggregation.Sum)
                return double.NaN;
            if (double.IsNaN(value))
                continue;
            known++;
            sum += value;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }
        if (known == 0)
            return double.NaN;
        return rule.Aggregation switch
        {
            Aggregation.Sum => sum,
            Aggregation.Mean => sum / known,
            Aggregation.Max => max,
            Aggregation.Min => min,
            Aggregation.Count => known,
            _ => max - min,
        };
    }

    /// <summary>The device that a largest, smallest or spread value speaks of; null where the value is of the whole node or not known. Of a spread it is the one
    /// farthest from the mean of all: one GPU that idles among seven that work is the one to name, not one of the seven.</summary>
    public string? WorstDevice(FrameOutput output)
    {
        var rule = output.Rule;
        if (output.Devices.Count < 2 || rule.Aggregation is Aggregation.Sum or Aggregation.Mean or Aggregation.Count)
            return null;
        double sum = 0;
        var known = 0;
        for (var d = 0; d < output.Devices.Count; d++)
        {
            if (Of(output, d) is not double.NaN and var value)
                (sum, known) = (sum + value, known + 1);
        }
        string? worst = null;
        var extreme = double.NegativeInfinity;
        for (var d = 0; d < output.Devices.Count; d++)
        {
            var value = Of(output, d);
            var badness = rule.Aggregation switch
            {
                Aggregation.Max => value,
                Aggregation.Min => -value,
                _ => Math.Abs(value - (sum / known)),
            };
            if (badness > extreme)
                (worst, extreme) = (output.Devices[d], badness);
        }
        return worst;
    }

    private double Of(FrameOutput output, int device) =>
        Device(output.Rule, _cells.AsSpan(output.FirstCell + (device * output.Rule.Cells), output.Rule.Cells), out _);

    private static double Device(MetricRule rule, ReadOnlySpan<Cell> cells, out bool spoiled)
    {
        spoiled = false;
        foreach (var cell in cells)
            spoiled |= cell.Spoiled;
        if (spoiled)
            return double.NaN;
        var above = Total(cells[..rule.Terms.Count], rule.Terms);
        if (rule.Over.Count == 0)
            return above;
        var below = Total(cells[rule.Terms.Count..], rule.Over);
        // Nothing done in no time: a disk without reads has no read latency, and zero is what an idle disk reads as everywhere else.
        return above == 0 && below == 0 ? 0 : below == 0 ? double.NaN : above / below;
    }

    private static double Total(ReadOnlySpan<Cell> cells, IReadOnlyList<Term> terms)
    {
        double total = 0;
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Count == 0)
                return double.NaN;
            total += terms[i].Sign * cells[i].Sum;
        }
        return total;
    }

    private struct Cell
    {
        public double Sum;
        public int Count;
        public bool Spoiled;
    }
}
