namespace Tocsin.Shared.Flow;

/// <summary>The one NaN by which Prometheus says that a series has ended. Every other NaN is a value that is missing.</summary>
/// <remarks>Bits as in Prometheus' <c>model/value</c>; a NaN keeps its bits through <see cref="double"/> as long as nothing is computed with it.</remarks>
public static class StaleMarker
{
    public const long Bits = 0x7ff0000000000002;

    public static readonly double Value = BitConverter.Int64BitsToDouble(Bits);

    public static bool Is(double value) => BitConverter.DoubleToInt64Bits(value) == Bits;
}
