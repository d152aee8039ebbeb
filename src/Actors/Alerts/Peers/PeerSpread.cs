namespace Tocsin.Actors.Alerts.Peers;

/// <summary>How far apart a job's nodes usually are in each metric: a running mean of squared robust deviations. The state of a comparison.</summary>
public sealed class PeerSpread
{
    private readonly SortedDictionary<string, (double Square, int Frames)> _metrics = new(StringComparer.Ordinal);

    /// <summary>Per metric the mean square, in the metric's unit squared, and over how many frames.</summary>
    public IReadOnlyDictionary<string, (double Square, int Frames)> Metrics => _metrics;

    public void Load(string metric, double square, int frames) => _metrics[metric] = (square, frames);

    /// <returns>The deviation after this frame.</returns>
    internal double Add(string metric, double deviation, int memory)
    {
        var (square, frames) = _metrics.GetValueOrDefault(metric);
        frames = Math.Min(frames + 1, memory);
        square += (deviation * deviation - square) / frames;
        _metrics[metric] = (square, frames);
        return Math.Sqrt(square);
    }
}
