namespace Tocsin.Inference.Features;

/// <summary>TSFEL's default rate. Frames are not 10 ms apart: frequencies are shares of the cadence, in units of 1/100.</summary>
internal static class Sampling
{
    public const double Rate = 100;
}
