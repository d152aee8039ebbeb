using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Peers;

/// <summary>Numbers drawn evenly: what chance reaches.</summary>
internal sealed class RandomPredictor : IFaultPredictor
{
    private SeededRandom _random = new(1);

    public string Name => "random";

    public void Fit(FaultHistory history, IntervalRange train, IntervalRange validation, int seed) => _random = new SeededRandom((ulong)seed);

    public void Predict(PastView past, Span<float> scores)
    {
        for (var h = 0; h < past.Hosts; h++)
        {
            var row = scores.Slice(h * past.Classes, past.Classes);
            float sum = 0;
            foreach (ref var score in row)
                sum += score = _random.NextFloat() + 1e-6f;
            foreach (ref var score in row)
                score /= sum;
        }
    }
}

/// <summary>The shares of the classes in training, for every host and interval.</summary>
internal sealed class PriorPredictor : IFaultPredictor
{
    private float[] _shares = [];

    public string Name => "prior";

    public void Fit(FaultHistory history, IntervalRange train, IntervalRange validation, int seed) => _shares = Shares(history, train);

    public void Predict(PastView past, Span<float> scores)
    {
        for (var h = 0; h < past.Hosts; h++)
            _shares.CopyTo(scores[(h * past.Classes)..]);
    }

    public static float[] Shares(FaultHistory history, IntervalRange train)
    {
        var shares = new float[history.Classes];
        Array.Fill(shares, 1f);
        for (var t = train.First; t < train.End; t++)
        {
            for (var h = 0; h < history.Hosts; h++)
            {
                if (history.Label(t, h) is { } label)
                    shares[(int)label]++;
            }
        }
        var sum = shares.Sum();
        return [.. shares.Select(s => s / sum)];
    }
}

/// <summary>The last label that is known, repeated: how often each class followed on it in training.</summary>
internal sealed class PersistencePredictor : IFaultPredictor
{
    private float[] _after = [];

    public string Name => "persistence";

    public void Fit(FaultHistory history, IntervalRange train, IntervalRange validation, int seed)
    {
        var n = history.Classes;
        _after = new float[(n + 1) * n];
        // Unknown (the last row) follows the prior; the last label itself always leads, or it would not be persistence.
        PriorPredictor.Shares(history, train).CopyTo(_after, n * n);
        for (var last = 0; last < n; last++)
        {
            var row = _after.AsSpan(last * n, n);
            row.Fill(1e-3f / n);
            row[last] += 1 - 1e-3f;
        }
    }

    public void Predict(PastView past, Span<float> scores)
    {
        var n = past.Classes;
        for (var h = 0; h < past.Hosts; h++)
        {
            var last = past.LastLabelled >= 0 && past.Label(past.LastLabelled, h) is { } label ? (int)label : n;
            _after.AsSpan(last * n, n).CopyTo(scores[(h * n)..]);
        }
    }
}
