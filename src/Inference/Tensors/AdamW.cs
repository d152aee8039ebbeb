using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Inference.Tensors;

/// <param name="Rate">Learning rate after the warm-up.</param>
/// <param name="Decay">Weight decay, of the parameters that decay only.</param>
/// <param name="WarmUp">Steps over which the rate grows linearly from 0.</param>
/// <param name="MaxNorm">A gradient longer than this (Euclidean, over all parameters) is scaled down to it.</param>
public sealed record AdamWOptions(float Rate = 1e-3f, float Beta1 = 0.9f, float Beta2 = 0.999f, float Decay = 0.01f, int WarmUp = 50, float MaxNorm = 1f)
{
    public float Epsilon { get; init; } = 1e-8f;
}

/// <summary>AdamW (Loshchilov and Hutter 2019, algorithm 2) with warm-up and a bound on the gradient's norm.</summary>
internal sealed unsafe class AdamW
{
    /// <summary>Floats of a piece of work; sums are made piece by piece, so that they do not depend on the threads.</summary>
    private const int Piece = 1 << 14;

    private readonly ParameterSet _parameters;
    private readonly AdamWOptions _options;
    private readonly KernelTable _kernels;
    private readonly Crew _crew;
    private readonly AlignedBuffer _gradients, _first, _second;
    private readonly float[] _squares;
    private readonly List<(int Start, int Length, bool Decays)> _ranges = [];
    private readonly Action<int> _stepPiece, _sumPiece;
    private float _scale, _rate, _correction;

    public AdamW(ParameterSet parameters, AlignedBuffer gradients, AdamWOptions options, KernelTable kernels, Crew crew)
    {
        (_parameters, _gradients, _options, _kernels, _crew) = (parameters, gradients, options, kernels, crew);
        _first = new AlignedBuffer(parameters.Length);
        _second = new AlignedBuffer(parameters.Length);
        for (var i = 0; i < parameters.Shapes.Count; i++)
        {
            int start = parameters.OffsetOf(i), end = start + Layout.Stride(parameters.Shapes[i].Length);
            for (; start < end; start += Piece)
                _ranges.Add((start, Math.Min(Piece, end - start), parameters.Shapes[i].Decays));
        }
        _squares = new float[_ranges.Count];
        (_stepPiece, _sumPiece) = (StepPiece, SumPiece);
    }

    public int Steps { get; private set; }

    /// <param name="factor">Of the learning rate, on top of the warm-up: the caller's schedule.</param>
    /// <returns>The gradient's norm before scaling.</returns>
    public float Step(float factor)
    {
        _crew.Run(_ranges.Count, _sumPiece);
        double sum = 0;
        foreach (var square in _squares)
            sum += square;
        var norm = Math.Sqrt(sum);
        if (!double.IsFinite(norm))
            return (float)norm;
        Steps++;
        var warmth = Math.Min(1.0, Steps / (double)Math.Max(1, _options.WarmUp));
        _scale = norm > _options.MaxNorm ? (float)(_options.MaxNorm / norm) : 1f;
        _rate = (float)(_options.Rate * factor * warmth);
        _correction = (float)(1 / (1 - Math.Pow(_options.Beta2, Steps)));
        _crew.Run(_ranges.Count, _stepPiece);
        return (float)norm;
    }

    private void SumPiece(int piece)
    {
        var (start, length, _) = _ranges[piece];
        var g = _gradients.Pointer + start;
        _squares[piece] = _kernels.Dot(length, g, g);
    }

    private void StepPiece(int piece)
    {
        var (start, length, decays) = _ranges[piece];
        var rate = (float)(_rate / (1 - Math.Pow(_options.Beta1, Steps)));
        _kernels.Adam(length, _parameters.Start + start, _gradients.Pointer + start, _first.Pointer + start, _second.Pointer + start,
            _scale, _options.Beta1, _options.Beta2, rate, _correction, _options.Epsilon, decays ? 1 - (_rate * _options.Decay) : 1);
    }
}
