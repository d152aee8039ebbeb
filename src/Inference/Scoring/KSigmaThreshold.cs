namespace Tocsin.Inference.Scoring;

public sealed record KSigmaOptions
{
    /// <summary>Scores looked back on, 2..100,000.</summary>
    public int Window { get; init; } = 60;

    public double K { get; init; } = 3;

    /// <summary>No threshold until so many scores were seen.</summary>
    public int Fewest { get; init; } = 10;

    /// <summary>The standard deviation is taken to be at least this, in the score's unit: a quiet minute must not make a whisper an alarm.</summary>
    public double SigmaFloor { get; init; }

    /// <summary>Alarm when m of the last n frames exceed.</summary>
    public int M { get; init; } = 1;

    public int N { get; init; } = 1;
}

/// <param name="Scores">Oldest first.</param>
public sealed record KSigmaState(double[] Scores, ulong Recent);

/// <param name="Threshold">NaN while too few scores were seen.</param>
public readonly record struct ThresholdResult(double Threshold, bool Exceeds, bool Alarm);

/// <summary>The paper's threshold as it runs on a node: mean + k sigma of the scores before this one (NodeSentry, section 3.5).</summary>
/// <remarks>
/// What exceeds, and whatever comes while alarmed, does not enter the window: a long fault would otherwise raise the threshold until it is normal.
/// The window is carried over the borders of segments; the caller starts a new one where it should not be.
/// </remarks>
public sealed class KSigmaThreshold
{
    private readonly KSigmaOptions _options;
    private readonly double[] _window;
    private int _count;
    private int _next;
    private Persistence _persistence;

    public KSigmaThreshold(KSigmaOptions options)
    {
        if (options.Window is < 2 or > 100_000 || options.Fewest < 1 || options.Fewest > options.Window || !(options.K > 0) || !(options.SigmaFloor >= 0))
            throw new ArgumentOutOfRangeException(nameof(options), options, "expected window 2..100000, fewest 1..window, k above 0, floor at least 0");
        _options = options;
        _window = new double[options.Window];
        _persistence = Persistence.Of(options.M, options.N);
    }

    public KSigmaThreshold(KSigmaOptions options, KSigmaState state) : this(options)
    {
        foreach (var score in state.Scores.AsSpan(Math.Max(0, state.Scores.Length - _window.Length)))
            Add(score);
        _persistence = _persistence with { Recent = state.Recent };
    }

    public KSigmaState State
    {
        get
        {
            var scores = new double[_count];
            for (var i = 0; i < _count; i++)
                scores[i] = _window[(_next - _count + i + _window.Length) % _window.Length];
            return new KSigmaState(scores, _persistence.Recent);
        }
    }

    /// <param name="score">NaN = not scored: exceeds nothing, enters nothing.</param>
    public ThresholdResult Push(double score)
    {
        var threshold = _count < _options.Fewest ? double.NaN : Bound();
        var exceeds = score > threshold;
        _persistence = _persistence.Push(exceeds);
        var alarm = _persistence.Holds;
        if (!exceeds && !alarm && double.IsFinite(score))
            Add(score);
        return new ThresholdResult(threshold, exceeds, alarm);
    }

    private double Bound()
    {
        // Oldest first, so that a restored window gives the same sum to the bit.
        double sum = 0, squares = 0;
        for (var i = _next - _count; i < _next; i++)
            sum += _window[i < 0 ? i + _window.Length : i];
        var mean = sum / _count;
        for (var i = _next - _count; i < _next; i++)
        {
            var off = _window[i < 0 ? i + _window.Length : i] - mean;
            squares += off * off;
        }
        return mean + _options.K * Math.Max(Math.Sqrt(squares / _count), _options.SigmaFloor);
    }

    private void Add(double score)
    {
        _window[_next] = score;
        _next = (_next + 1) % _window.Length;
        _count = Math.Min(_count + 1, _window.Length);
    }
}
