using System.Runtime.InteropServices;

namespace Tocsin.Inference.Libraries;

/// <summary>Arrays as little-endian bytes.</summary>
internal static class Blob
{
    public static byte[] Of<T>(ReadOnlySpan<T> values) where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    /// <exception cref="FormatException">The bytes are no whole number of values.</exception>
    public static T[] To<T>(byte[] bytes) where T : unmanaged
    {
        var size = Marshal.SizeOf<T>();
        if (bytes.Length % size != 0)
            throw new FormatException($"{bytes.Length} bytes are no whole number of {typeof(T).Name}");
        return MemoryMarshal.Cast<byte, T>(bytes).ToArray();
    }
}
