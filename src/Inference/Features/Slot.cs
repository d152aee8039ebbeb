namespace Tocsin.Inference.Features;

/// <summary>Where each feature lies in a row of <see cref="FeatureNames.Count"/>.</summary>
internal static class Slot
{
    public static readonly int AbsoluteEnergy = Of("Absolute energy");
    public static readonly int Area = Of("Area under the curve");
    public static readonly int Autocorrelation = Of("Autocorrelation");
    public static readonly int AveragePower = Of("Average power");
    public static readonly int Centroid = Of("Centroid");
    public static readonly int Entropy = Of("Entropy");
    public static readonly int FftMean = Of("FFT mean coefficient");
    public static readonly int FundamentalFrequency = Of("Fundamental frequency");
    public static readonly int HumanRangeEnergy = Of("Human range energy");
    public static readonly int InterquartileRange = Of("Interquartile range");
    public static readonly int Kurtosis = Of("Kurtosis");
    public static readonly int Max = Of("Max");
    public static readonly int MaxPowerSpectrum = Of("Max power spectrum");
    public static readonly int MaximumFrequency = Of("Maximum frequency");
    public static readonly int Mean = Of("Mean");
    public static readonly int MeanAbsoluteDeviation = Of("Mean absolute deviation");
    public static readonly int MeanAbsoluteDiff = Of("Mean absolute diff");
    public static readonly int MeanDiff = Of("Mean diff");
    public static readonly int Median = Of("Median");
    public static readonly int MedianAbsoluteDeviation = Of("Median absolute deviation");
    public static readonly int MedianAbsoluteDiff = Of("Median absolute diff");
    public static readonly int MedianDiff = Of("Median diff");
    public static readonly int MedianFrequency = Of("Median frequency");
    public static readonly int Min = Of("Min");
    public static readonly int NegativeTurningPoints = Of("Negative turning points");
    public static readonly int NeighbourhoodPeaks = Of("Neighbourhood peaks");
    public static readonly int PeakToPeak = Of("Peak to peak distance");
    public static readonly int PositiveTurningPoints = Of("Positive turning points");
    public static readonly int PowerBandwidth = Of("Power bandwidth");
    public static readonly int RootMeanSquare = Of("Root mean square");
    public static readonly int SignalDistance = Of("Signal distance");
    public static readonly int Skewness = Of("Skewness");
    public static readonly int Slope = Of("Slope");
    public static readonly int SpectralCentroid = Of("Spectral centroid");
    public static readonly int SpectralDecrease = Of("Spectral decrease");
    public static readonly int SpectralDistance = Of("Spectral distance");
    public static readonly int SpectralEntropy = Of("Spectral entropy");
    public static readonly int SpectralKurtosis = Of("Spectral kurtosis");
    public static readonly int SpectralTurningPoints = Of("Spectral positive turning points");
    public static readonly int SpectralRollOff = Of("Spectral roll-off");
    public static readonly int SpectralRollOn = Of("Spectral roll-on");
    public static readonly int SpectralSkewness = Of("Spectral skewness");
    public static readonly int SpectralSlope = Of("Spectral slope");
    public static readonly int SpectralSpread = Of("Spectral spread");
    public static readonly int SpectralVariation = Of("Spectral variation");
    public static readonly int StandardDeviation = Of("Standard deviation");
    public static readonly int SumAbsoluteDiff = Of("Sum absolute diff");
    public static readonly int Variance = Of("Variance");
    public static readonly int WaveletEntropy = Of("Wavelet entropy");
    public static readonly int ZeroCrossings = Of("Zero crossing rate");

    public static readonly int[] Ecdf = Of("ECDF", 10);
    public static readonly int[] EcdfPercentile = Of("ECDF Percentile", 2);
    public static readonly int[] EcdfPercentileCount = Of("ECDF Percentile Count", 2);
    public static readonly int[] Histogram = Of("Histogram", 10);
    public static readonly int[] Lpcc = Of("LPCC", 12);
    public static readonly int[] Mfcc = Of("MFCC", 12);
    public static readonly int[] WaveletMean = Of("Wavelet absolute mean", 9);
    public static readonly int[] WaveletEnergy = Of("Wavelet energy", 9);
    public static readonly int[] WaveletDeviation = Of("Wavelet standard deviation", 9);
    public static readonly int[] WaveletVariance = Of("Wavelet variance", 9);

    private static int Of(string name) => FeatureNames.IndexOf(name);

    private static int[] Of(string name, int members) =>
        [.. Enumerable.Range(0, members).Select(i => Of($"{name}_{i}"))];
}
