using Tocsin.Inference.Faults.Moe;

namespace Tocsin.Inference.Faults.Peers;

/// <summary>A host's past as one row for models that draw borders through single columns: features and moves of each interval, labels, and differences between
/// intervals, which such a model cannot make.</summary>
internal sealed class FlatTable
{
    private readonly HostInput _input;
    private readonly int _features, _wide, _labels;
    private readonly float[] _raw;

    public FlatTable(HostInput input, int features, int classes, int hosts)
    {
        (_input, _features, _wide, _labels) = (input, features, input.Columns / input.Intervals, classes);
        _raw = new float[hosts * input.Columns];
    }

    private int Moves => _wide - _labels - (3 * _features);

    private int PerInterval => _features + Moves + _labels;

    public int Columns => (_input.Intervals * PerInterval) + (_features * (_input.Intervals - 1));

    /// <param name="to">hosts x <see cref="Columns"/>.</param>
    public void Write(PastView past, Span<float> to)
    {
        _input.Write(past, _raw);
        for (var h = 0; h < past.Hosts; h++)
        {
            var from = _raw.AsSpan(h * _input.Columns, _input.Columns);
            var row = to.Slice(h * Columns, Columns);
            var at = 0;
            for (var i = 0; i < _input.Intervals; i++)
            {
                var interval = from.Slice(i * _wide, _wide);
                interval[.._features].CopyTo(row[at..]);
                interval[(3 * _features)..].CopyTo(row[(at + _features)..]);
                at += PerInterval;
                for (var f = 0; f < _features && i > 0; f++)
                    row[at++] = interval[f] - from[((i - 1) * _wide) + f];
            }
        }
    }
}
