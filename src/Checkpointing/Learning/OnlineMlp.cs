using Tocsin.Checkpointing.Policies;

namespace Tocsin.Checkpointing.Learning;

/// <summary>The paper's predictor: a perceptron with one hidden layer and a sigmoid at its end (eq. 1), trained one frame at a time by stochastic gradient descent on the log
/// loss (whose optimum is the probability itself). Inputs are standardised by their running mean and spread. With no hidden unit it is eq. 1 as printed.</summary>
public sealed partial class OnlineMlp
{
    private const double Rate = 0.05;
    private const double Clip = 5;

    private readonly int _inputs, _hidden;
    private readonly double[] _first, _last, _activation, _x;
    private readonly double[] _mean, _square;
    private double _seen;

    /// <param name="hidden">0 = logistic regression.</param>
    /// <param name="baseRate">What it says before it has learned, 0..1 exclusive.</param>
    public OnlineMlp(int inputs, int hidden, double baseRate, int seed)
    {
        (_inputs, _hidden) = (inputs, hidden);
        var random = new Random(seed);
        _first = [.. Enumerable.Range(0, hidden * (inputs + 1)).Select(_ => (random.NextDouble() - 0.5) * 2 / Math.Sqrt(inputs + 1))];
        _last = new double[(hidden > 0 ? hidden : inputs) + 1];
        _last[^1] = Math.Log(baseRate / (1 - baseRate));
        _activation = new double[_last.Length - 1];
        (_x, _mean, _square) = (new double[inputs], new double[inputs], new double[inputs]);
    }

    /// <summary>Probability that the node fails within the horizon that the labels are of, 0..1.</summary>
    public double Predict(ReadOnlySpan<double> frame)
    {
        Standardise(frame);
        return Forward();
    }

    /// <param name="failed">What came of it.</param>
    /// <returns>What it said before it was told.</returns>
    public double Learn(ReadOnlySpan<double> frame, bool failed)
    {
        Watch(frame);
        Standardise(frame);
        var said = Forward();
        var error = said - (failed ? 1 : 0);
        // Steps shrink as more was seen: the last frames do not undo what many have taught.
        var step = Rate / Math.Sqrt(1 + (_seen / 20_000));
        for (var h = 0; h < _hidden; h++)
        {
            var back = error * _last[h] * (1 - (_activation[h] * _activation[h]));
            var row = _first.AsSpan(h * (_inputs + 1), _inputs + 1);
            for (var i = 0; i < _inputs; i++)
                row[i] -= step * back * _x[i];
            row[_inputs] -= step * back;
        }
        for (var h = 0; h < _activation.Length; h++)
            _last[h] -= step * error * _activation[h];
        _last[^1] -= step * error;
        return said;
    }

    private void Watch(ReadOnlySpan<double> frame)
    {
        _seen++;
        for (var i = 0; i < _inputs; i++)
        {
            var away = frame[i] - _mean[i];
            _mean[i] += away / _seen;
            _square[i] += away * (frame[i] - _mean[i]);
        }
    }

    private void Standardise(ReadOnlySpan<double> frame)
    {
        if (frame.Length != _inputs)
            throw new ArgumentException($"{frame.Length} values for {_inputs} inputs", nameof(frame));
        for (var i = 0; i < _inputs; i++)
        {
            var spread = _seen > 1 ? Math.Sqrt(_square[i] / (_seen - 1)) : 1;
            _x[i] = spread > 1e-12 && double.IsFinite(frame[i]) ? Math.Clamp((frame[i] - _mean[i]) / spread, -Clip, Clip) : 0;
        }
    }

    private double Forward()
    {
        for (var h = 0; h < _activation.Length; h++)
            _activation[h] = _hidden > 0 ? Hidden(h) : _x[h];
        return PaperEquations.FailureProbability(_last.AsSpan(0, _activation.Length), _activation, _last[^1]);
    }

    private double Hidden(int h)
    {
        var row = _first.AsSpan(h * (_inputs + 1), _inputs + 1);
        var sum = row[_inputs];
        for (var i = 0; i < _inputs; i++)
            sum += row[i] * _x[i];
        return Math.Tanh(sum);
    }
}
