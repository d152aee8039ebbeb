using System.Runtime.Intrinsics;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>
/// LPCC 0..11: the linear predictor of order 11 from the raw autocorrelation sums, and the magnitude of the inverse
/// transform of the log of its power spectrum over twelve bins. All zeros for a series of zeros.
/// </summary>
internal sealed class PredictionCepstrum() : Family("LPCC")
{
    private const int Size = 12;
    private const int Order = Size - 1;

    private static readonly double[] Cosines = [.. Enumerable.Range(0, Size).Select(i => Math.Cos(2 * Math.PI * i / Size))];
    private static readonly double[] Sines = [.. Enumerable.Range(0, Size).Select(i => Math.Sin(2 * Math.PI * i / Size))];

    private readonly double[] _matrix = new double[Order * (Order + 1)];

    public override void Compute(LaneBlock block)
    {
        Span<Lanes> sums = stackalloc Lanes[Size];
        LagSums(block.Values, sums);
        Span<double> lags = stackalloc double[Size];
        Span<double> predictor = stackalloc double[Size];
        Span<double> cepstrum = stackalloc double[Size];
        for (var lane = 0; lane < LaneBlock.Width; lane++)
        {
            for (var lag = 0; lag < Size; lag++)
                lags[lag] = sums[lag][lane];
            cepstrum.Clear();
            if (Predictor(lags, predictor))
                Cepstrum(predictor, cepstrum);
            for (var i = 0; i < Size; i++)
            {
                ref var feature = ref block.Features[Slot.Lpcc[i]];
                feature = feature.WithElement(lane, cepstrum[i]);
            }
        }
    }

    private static void LagSums(ReadOnlySpan<Lanes> values, Span<Lanes> sums)
    {
        sums.Clear();
        for (var lag = 0; lag < sums.Length && lag < values.Length; lag++)
        {
            var sum = Lanes.Zero;
            var shifted = values[lag..];
            for (var t = 0; t < shifted.Length; t++)
                sum = Vector512.FusedMultiplyAdd(values[t], shifted[t], sum);
            sums[lag] = sum;
        }
    }

    /// <summary>
    /// Solves the Toeplitz system by elimination with pivots. TSFEL rounds the sums to single precision, which shows
    /// where the system is nearly singular; here they are rounded after a scaling by a power of two, so that neither
    /// large nor small series leave single precision's range.
    /// </summary>
    private bool Predictor(Span<double> lags, Span<double> predictor)
    {
        if (lags[0] == 0)
            return false;
        var exponent = Math.ILogB(lags[0]);
        foreach (ref var lag in lags)
            lag = (float)Math.ScaleB(lag, -exponent);
        const int width = Order + 1;
        for (var row = 0; row < Order; row++)
        {
            for (var column = 0; column < Order; column++)
                _matrix[row * width + column] = lags[Math.Abs(row - column)];
            _matrix[row * width + Order] = -lags[row + 1];
        }
        predictor[0] = 1;
        return Elimination.Solve(_matrix, predictor[1..]);
    }

    private static void Cepstrum(ReadOnlySpan<double> predictor, Span<double> cepstrum)
    {
        Span<double> logs = stackalloc double[Size];
        for (var k = 0; k <= Size / 2; k++)
        {
            var (re, im) = (0.0, 0.0);
            for (var i = 0; i < Size; i++)
            {
                re += predictor[i] * Cosines[i * k % Size];
                im += predictor[i] * Sines[i * k % Size];
            }
            var power = re * re + im * im;
            if (power == 0)
                return;
            logs[k] = logs[(Size - k) % Size] = Math.Log(power);
        }
        for (var i = 0; i < Size; i++)
        {
            var sum = 0.0;
            for (var k = 0; k < Size; k++)
                sum += logs[k] * Cosines[i * k % Size];
            cepstrum[i] = Math.Abs(sum / Size);
        }
    }
}
