namespace Tocsin.Inference.Faults.Peers;

/// <summary>From one number a class and host ("how near its resource is to its end") to probabilities: the share of hosts of the class among training hosts of like
/// number, in 24 bins of equal size.</summary>
internal sealed class RankScores
{
    private const int Bins = 24;

    private readonly float[][] _borders, _shares;

    /// <param name="numbers">rows x (classes - 1): of each fault class.</param>
    /// <param name="labels">-1: unknown.</param>
    public RankScores(float[] numbers, int[] labels, int classes)
    {
        var faults = classes - 1;
        (_borders, _shares) = (new float[faults][], new float[faults][]);
        for (var c = 0; c < faults; c++)
        {
            var sorted = Enumerable.Range(0, labels.Length).Select(r => numbers[(r * faults) + c]).Order().ToArray();
            _borders[c] = [.. Enumerable.Range(1, Bins - 1).Select(b => sorted[(int)((long)b * sorted.Length / Bins)])];
            float[] found = new float[Bins], all = new float[Bins];
            for (var r = 0; r < labels.Length; r++)
            {
                if (labels[r] < 0)
                    continue;
                var bin = Bin(c, numbers[(r * faults) + c]);
                all[bin]++;
                found[bin] += labels[r] == c + 1 ? 1 : 0;
            }
            _shares[c] = [.. found.Zip(all, (f, a) => (f + 0.5f) / (a + 5))];
        }
    }

    /// <param name="numbers">One a fault class.</param>
    /// <param name="row">Out: one a class, summing to 1.</param>
    public void Write(ReadOnlySpan<float> numbers, Span<float> row)
    {
        float faults = 0;
        for (var c = 0; c < numbers.Length; c++)
            faults += row[c + 1] = _shares[c][Bin(c, numbers[c])];
        row[0] = Math.Max(1 - faults, 0.02f);
        var sum = faults + row[0];
        foreach (ref var p in row)
            p /= sum;
    }

    private int Bin(int c, float number)
    {
        var at = Array.BinarySearch(_borders[c], number);
        return at < 0 ? ~at : at;
    }
}

/// <summary>The shared frame of methods that hold a host's own resources against limits.</summary>
internal abstract class LimitPredictor(string name) : IFaultPredictor
{
    private RankScores? _scores;
    private float[] _numbers = [];

    public string Name => name;

    /// <param name="numbers">Out, one a fault class: the higher the nearer to a fault.</param>
    protected abstract void Measure(PastView past, int host, Span<float> numbers);

    protected virtual void Prepare(FaultHistory history, IntervalRange train)
    {
    }

    public void Fit(FaultHistory history, IntervalRange train, IntervalRange validation, int seed)
    {
        Prepare(history, train);
        int faults = history.Classes - 1, first = Math.Max(IFaultPredictor.PastIntervals, train.First), rows = (train.End - first) * history.Hosts;
        var numbers = new float[rows * faults];
        var labels = new int[rows];
        for (var r = 0; r < rows; r++)
        {
            int t = first + (r / history.Hosts), h = r % history.Hosts;
            Measure(new PastView(history, t), h, numbers.AsSpan(r * faults, faults));
            labels[r] = history.Label(t, h) is { } label ? (int)label : -1;
        }
        (_scores, _numbers) = (new RankScores(numbers, labels, history.Classes), new float[faults]);
    }

    public void Predict(PastView past, Span<float> scores)
    {
        for (var h = 0; h < past.Hosts; h++)
        {
            Measure(past, h, _numbers);
            (_scores ?? throw new InvalidOperationException($"{Name} was not fitted yet")).Write(_numbers, scores.Slice(h * past.Classes, past.Classes));
        }
    }

    /// <summary>A host's values by class of fault: the fullest of the resource's columns; for the network, which has none, how little moves at all.</summary>
    protected static void ByClass(ReadOnlySpan<float> values, Span<float> numbers)
    {
        float Of(ReadOnlySpan<float> v, int f) => f < v.Length && float.IsFinite(v[f]) ? v[f] : 0;

        // Three columns (CPU, memory, disk) where throughputs were not recorded.
        var thin = values.Length <= 3;
        numbers[0] = Of(values, HostFeatures.Cpu);
        numbers[1] = thin ? Of(values, 1) : Math.Max(Of(values, HostFeatures.Ram), Math.Max(Of(values, HostFeatures.RamRead), Of(values, HostFeatures.RamWrite)));
        numbers[2] = thin ? Of(values, 2) : Math.Max(Of(values, HostFeatures.Disk), Math.Max(Of(values, HostFeatures.DiskRead), Of(values, HostFeatures.DiskWrite)));
        if (numbers.Length > 3)
            numbers[3] = Of(values, HostFeatures.Ram) - Of(values, HostFeatures.RamRead) - Of(values, HostFeatures.RamWrite) - Of(values, HostFeatures.DiskRead);
    }
}

/// <summary>As DFTM (Sivagami and Easwarakumar 2019): load and traffic as they are now, held against limits; what is over its limit will fail.</summary>
internal sealed class DftmPredictor() : LimitPredictor("DFTM")
{
    protected override void Measure(PastView past, int host, Span<float> numbers) => ByClass(past[past.Target - 1].Row(host), numbers);
}

/// <summary>As PCFT (Liu et al. 2018): what will the host's own quantities be in the next interval, and are they then over the limit? There it is the CPU's temperature; here,
/// where there is none, each feature, by a least-squares line through its last values drawn out by one.</summary>
internal sealed class PcftPredictor() : LimitPredictor("PCFT")
{
    /// <summary>Last values of the line.</summary>
    private const int Points = 4;

    protected override void Measure(PastView past, int host, Span<float> numbers)
    {
        Span<float> next = stackalloc float[past.Features];
        const float middle = (Points - 1) / 2f, spread = Points * (Points * Points - 1) / 12f;
        for (var f = 0; f < next.Length; f++)
        {
            float mean = 0, slope = 0;
            for (var i = 0; i < Points; i++)
            {
                var value = past[Math.Max(0, past.Target - Points + i)].Row(host)[f];
                value = float.IsFinite(value) ? value : 0;
                mean += value / Points;
                slope += (i - middle) * value / spread;
            }
            next[f] = mean + (slope * (Points - middle));
        }
        ByClass(next, numbers);
    }
}
