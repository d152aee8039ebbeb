using Tocsin.Inference.Scoring;

namespace Tocsin.Inference.Growth;

/// <summary>Two bands as one: what both saw together.</summary>
internal static class BandMerge
{
    /// <summary>Mean and deviation of the mixture, the older weighed with <paramref name="share"/>; what one of them does not know is the other's.</summary>
    /// <param name="share">0..1.</param>
    public static EnvelopeState Of(EnvelopeState older, EnvelopeState newer, double share)
    {
        var (mean, sigma) = Mix(older.Mean, older.Sigma, newer.Mean, newer.Sigma, share);
        var (ownMean, ownSigma) = Mix(older.OwnMean, older.OwnSigma, newer.OwnMean, newer.OwnSigma, share);
        return new EnvelopeState(mean, sigma, ownMean, ownSigma);
    }

    private static (float[] Mean, float[] Sigma) Mix(float[] mean, float[] sigma, float[] otherMean, float[] otherSigma, double share)
    {
        var mixedMean = new float[mean.Length];
        var mixedSigma = new float[mean.Length];
        for (var i = 0; i < mean.Length; i++)
        {
            var weight = float.IsNaN(mean[i]) ? 0 : float.IsNaN(otherMean[i]) ? 1 : share;
            double a = weight == 0 ? 0 : mean[i], b = weight == 1 ? 0 : otherMean[i];
            var centre = (weight * a) + ((1 - weight) * b);
            // Within both, and the way between the two.
            var variance = (weight * (((double)sigma[i] * sigma[i]) + ((a - centre) * (a - centre)))) + ((1 - weight) * (((double)otherSigma[i] * otherSigma[i]) + ((b - centre) * (b - centre))));
            mixedMean[i] = weight == 0 && float.IsNaN(otherMean[i]) ? float.NaN : (float)centre;
            mixedSigma[i] = (float)Math.Sqrt(variance);
        }
        return (mixedMean, mixedSigma);
    }
}
