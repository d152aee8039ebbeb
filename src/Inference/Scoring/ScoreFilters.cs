namespace Tocsin.Inference.Scoring;

/// <summary>A causal filter over one node's scores, a frame at a time. NaN in (not scored): NaN out, and the state stays.</summary>
public interface IScoreFilter
{
    double Push(double score);

    /// <summary>What <see cref="Restore"/> takes to go on as if nothing had happened.</summary>
    double[] State { get; }

    void Restore(ReadOnlySpan<double> state);
}

/// <summary>Exponentially weighted mean. The first score starts it.</summary>
/// <param name="timeConstant">Frames after which a score weighs 1/e, above 0.</param>
public sealed class Ewma(double timeConstant) : IScoreFilter
{
    private readonly double _share = timeConstant > 0 ? 1 - Math.Exp(-1 / timeConstant) : throw new ArgumentOutOfRangeException(nameof(timeConstant), timeConstant, "expected frames, above 0");
    private double _mean = double.NaN;

    public double[] State => [_mean];

    public void Restore(ReadOnlySpan<double> state) => _mean = state[0];

    public double Push(double score)
    {
        if (double.IsNaN(score))
            return double.NaN;
        _mean = double.IsNaN(_mean) ? score : _mean + _share * (score - _mean);
        return _mean;
    }
}

/// <summary>Page's one-sided cumulative sum: grows by what a score has above <paramref name="drift"/>, never below 0.</summary>
/// <param name="drift">What is allowed a frame, in the score's unit: about the normal mean plus half of the shift to be found.</param>
/// <param name="cap">The sum stops here, so that it comes back within a bounded time once the fault is over.</param>
public sealed class Cusum(double drift, double cap = double.PositiveInfinity) : IScoreFilter
{
    private double _sum;

    public double[] State => [_sum];

    public void Restore(ReadOnlySpan<double> state) => _sum = state[0];

    public double Push(double score)
    {
        if (double.IsNaN(score))
            return double.NaN;
        _sum = Math.Min(cap, Math.Max(0, _sum + score - drift));
        return _sum;
    }

    /// <summary>After an alarm that was dealt with, or at a segment's border.</summary>
    public void Reset() => _sum = 0;
}

/// <summary>The mean of the last <paramref name="frames"/> scores, or of as many as there were.</summary>
public sealed class TrailingMean(int frames) : IScoreFilter
{
    private readonly LastScores _last = new(frames);

    public double[] State => _last.ToArray();

    public void Restore(ReadOnlySpan<double> state) => _last.Restore(state);

    public double Push(double score)
    {
        if (double.IsNaN(score))
            return double.NaN;
        _last.Add(score);
        double sum = 0;
        for (var i = 0; i < _last.Count; i++)
            sum += _last[i];
        return sum / _last.Count;
    }
}

/// <summary>The m-th highest of the last n scores. It exceeds a threshold exactly when m of the last n scores do, so a threshold calibrated on it is calibrated for m of n.</summary>
public sealed class PersistentScore : IScoreFilter
{
    private readonly int _m;
    private readonly LastScores _last;
    private readonly double[] _sorted;

    public PersistentScore(int m, int n)
    {
        if (m < 1 || m > n || n > Persistence.Longest)
            throw new ArgumentOutOfRangeException(nameof(m), $"{m} of {n}: expected 1 <= m <= n <= {Persistence.Longest}");
        _m = m;
        _last = new LastScores(n);
        _sorted = new double[n];
    }

    public double[] State => _last.ToArray();

    public void Restore(ReadOnlySpan<double> state) => _last.Restore(state);

    /// <returns>With fewer than m scores so far the lowest of them, so that no frame goes unscored.</returns>
    public double Push(double score)
    {
        if (double.IsNaN(score))
            return double.NaN;
        _last.Add(score);
        for (var i = 0; i < _last.Count; i++)
            _sorted[i] = _last[i];
        Array.Sort(_sorted, 0, _last.Count);
        return _sorted[Math.Max(0, _last.Count - _m)];
    }
}

/// <summary>A ring of scores, indexed oldest first, so that a restored one gives the same sums to the bit.</summary>
internal sealed class LastScores(int capacity)
{
    private readonly double[] _ring = new double[capacity >= 1 ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "expected at least 1 frame")];
    private int _next;

    public int Count { get; private set; }

    public double this[int index] => _ring[(_next - Count + index + _ring.Length) % _ring.Length];

    public void Add(double score)
    {
        _ring[_next] = score;
        _next = (_next + 1) % _ring.Length;
        Count = Math.Min(Count + 1, _ring.Length);
    }

    public double[] ToArray()
    {
        var scores = new double[Count];
        for (var i = 0; i < Count; i++)
            scores[i] = this[i];
        return scores;
    }

    public void Restore(ReadOnlySpan<double> scores)
    {
        Count = _next = 0;
        foreach (var score in scores)
            Add(score);
    }
}
