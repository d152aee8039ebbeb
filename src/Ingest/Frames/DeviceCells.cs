using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;

namespace Tocsin.Ingest.Frames;

/// <summary>One output metric of one node while a scrape is summed up: a cell per device and term of its rule.</summary>
internal sealed class DeviceCells(MetricRule rule, int order)
{
    private readonly Dictionary<string, int> _devices = new(StringComparer.Ordinal);
    private Cell[] _cells = [];

    public MetricRule Rule => rule;

    public int Order => order;

    public int Devices => _devices.Count;

    public bool IsColumn => rule.Aggregation != Aggregation.Spread || _devices.Count > 1;

    /// <summary>The cell of a device's term, or -1 where that would be one device too many.</summary>
    public int CellOf(string device, int term, int maxDevices)
    {
        if (!_devices.TryGetValue(device, out var index))
        {
            if (_devices.Count >= maxDevices)
                return -1;
            index = _devices.Count;
            _devices.Add(device, index);
            Array.Resize(ref _cells, _devices.Count * rule.Cells);
        }
        return index * rule.Cells + term;
    }

    public void Clear() => Array.Clear(_cells);

    public void Add(int cell, double value)
    {
        _cells[cell].Sum += value;
        _cells[cell].Count++;
    }

    /// <summary>A part that is there and has no value (a counter was reset): the sum is not known either.</summary>
    public void Spoil(int cell) => _cells[cell].Spoiled = true;

    /// <summary>NaN where no device has a value, or where a sum lacks a spoiled part.</summary>
    public double Value()
    {
        double sum = 0, min = double.PositiveInfinity, max = double.NegativeInfinity;
        var known = 0;
        for (var at = 0; at < _cells.Length; at += rule.Cells)
        {
            var cells = _cells.AsSpan(at, rule.Cells);
            var value = Device(cells, out var spoiled);
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
            _ => max - min,
        };
    }

    private double Device(ReadOnlySpan<Cell> cells, out bool spoiled)
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
