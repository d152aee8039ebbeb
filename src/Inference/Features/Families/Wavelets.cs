using System.Runtime.Intrinsics;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>
/// The series convolved with the Ricker wavelet of widths 1..9 (each ten widths long, or as long as the series),
/// zeros beyond its ends: per width |mean|, deviation, variance and root mean square, and the entropy of the widths'
/// shares in the summed magnitude. Where the time goes: 450 products a frame.
/// </summary>
internal sealed class Wavelets() : Family("Wavelets")
{
    private const int Widths = 9;
    private const int Margin = 5 * Widths;

    /// <summary>Frames computed together: a tap is loaded once for all.</summary>
    private const int Batch = 8;

    private readonly PerLength<double[][]> _lengths = new(Kernels);
    private double[][] _kernels = [];
    private readonly LaneBuffer _padded = new();

    public override void Prepare(int frames) => _kernels = _lengths.Of(Math.Min(frames, 10 * Widths));

    public override void Compute(LaneBlock block)
    {
        var values = block.Values;
        var features = block.Features;
        var n = values.Length;
        // Room for a whole last batch: the frames past the end are computed and not counted.
        var padded = _padded.Take(n + 2 * Margin + Batch);
        padded.Clear();
        values.CopyTo(padded[Margin..]);
        Span<Lanes> magnitudes = stackalloc Lanes[Widths];
        var all = Lanes.Zero;
        for (var i = 0; i < Widths; i++)
        {
            var taps = _kernels[i];
            var sums = Convolve(padded[(Margin - taps.Length / 2)..], taps, n);
            var mean = sums.Value / n;
            var square = sums.Square / n;
            var variance = Vector512.Max(Lanes.Zero, square - mean * mean);
            features[Slot.WaveletMean[i]] = Vector512.Abs(mean);
            features[Slot.WaveletVariance[i]] = variance;
            features[Slot.WaveletDeviation[i]] = Vector512.Sqrt(variance);
            features[Slot.WaveletEnergy[i]] = Vector512.Sqrt(square);
            magnitudes[i] = sums.Magnitude;
            all += sums.Magnitude;
        }
        var entropy = Lanes.Zero;
        foreach (var magnitude in magnitudes)
        {
            var share = magnitude / all;
            var term = share * Vector512.Log(share);
            entropy -= Vector512.ConditionalSelect(Vector512.GreaterThan(share, Lanes.Zero), term, Lanes.Zero);
        }
        // TSFEL gives none where the series adds up to exactly zero.
        var cancels = Vector512.Equals(block.Sum, Lanes.Zero);
        features[Slot.WaveletEntropy] = Vector512.AndNot(entropy, cancels);
    }

    private struct Sums
    {
        public Lanes Value, Square, Magnitude;

        public void Add(Lanes value)
        {
            Value += value;
            Square = Vector512.FusedMultiplyAdd(value, value, Square);
            Magnitude += Vector512.Abs(value);
        }
    }

    /// <summary>The kernel is even, so that correlation is convolution; frame t takes x[t .. t + taps).</summary>
    private static Sums Convolve(ReadOnlySpan<Lanes> x, ReadOnlySpan<double> taps, int frames)
    {
        var sums = new Sums();
        Span<Lanes> outputs = stackalloc Lanes[Batch];
        for (var t = 0; t < frames; t += Batch)
        {
            Eight(x.Slice(t, taps.Length + Batch - 1), taps, outputs);
            foreach (var output in outputs[..Math.Min(Batch, frames - t)])
                sums.Add(output);
        }
        return sums;
    }

    private static void Eight(ReadOnlySpan<Lanes> x, ReadOnlySpan<double> taps, Span<Lanes> outputs)
    {
        Lanes a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var j = 0; j < taps.Length; j++)
        {
            var tap = Vector512.Create(taps[j]);
            var from = x.Slice(j, Batch);
            a = Vector512.FusedMultiplyAdd(from[0], tap, a);
            b = Vector512.FusedMultiplyAdd(from[1], tap, b);
            c = Vector512.FusedMultiplyAdd(from[2], tap, c);
            d = Vector512.FusedMultiplyAdd(from[3], tap, d);
            e = Vector512.FusedMultiplyAdd(from[4], tap, e);
            f = Vector512.FusedMultiplyAdd(from[5], tap, f);
            g = Vector512.FusedMultiplyAdd(from[6], tap, g);
            h = Vector512.FusedMultiplyAdd(from[7], tap, h);
        }
        (outputs[0], outputs[1], outputs[2], outputs[3]) = (a, b, c, d);
        (outputs[4], outputs[5], outputs[6], outputs[7]) = (e, f, g, h);
    }

    private static double[][] Kernels(int frames) =>
        [.. Enumerable.Range(1, Widths).Select(width => Ricker(Math.Min(10 * width, frames), width))];

    /// <summary>2 / (sqrt(3 w) pi^(1/4)) (1 - t^2 / w^2) exp(-t^2 / (2 w^2)) about the middle of its taps.</summary>
    private static double[] Ricker(int taps, double width)
    {
        var scale = 2 / (Math.Sqrt(3 * width) * Math.Pow(Math.PI, 0.25));
        return [.. Enumerable.Range(0, taps).Select(i =>
        {
            var t = (i - (taps - 1) / 2.0) / width;
            return scale * (1 - t * t) * Math.Exp(-t * t / 2);
        })];
    }
}
