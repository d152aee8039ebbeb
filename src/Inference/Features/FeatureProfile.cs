using System.Diagnostics;

namespace Tocsin.Inference.Features;

/// <summary>Where an extractor's time goes, by family; off unless it is given to one.</summary>
public sealed class FeatureProfile
{
    private readonly Dictionary<string, long> _ticks = [];

    public IReadOnlyDictionary<string, TimeSpan> Spent =>
        _ticks.ToDictionary(p => p.Key, p => Stopwatch.GetElapsedTime(0, p.Value));

    public void Clear() => _ticks.Clear();

    internal long Add(string part, long since)
    {
        var now = Stopwatch.GetTimestamp();
        _ticks[part] = _ticks.GetValueOrDefault(part) + now - since;
        return now;
    }
}
