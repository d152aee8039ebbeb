using System.Diagnostics.CodeAnalysis;

namespace Tocsin.Shared.Wire;

/// <summary>A type that writes and reads itself as one record (<see cref="WireWriter.WriteRecord"/>).</summary>
public interface IWire<TSelf>
    where TSelf : IWire<TSelf>
{
    void Write(ref WireWriter writer);

    /// <summary>False where the bytes are not one; <see cref="WireReader.Failure"/> says why.</summary>
    static abstract bool TryRead(ref WireReader reader, [NotNullWhen(true)] out TSelf? value);
}

public static class WireBytes
{
    public static byte[] Of<T>(T value)
        where T : IWire<T>
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        value.Write(ref writer);
        writer.Flush();
        return buffer.Written.ToArray();
    }

    /// <summary>Exactly one value, with nothing after it.</summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out T? value, out WireFailure failure)
        where T : IWire<T>
    {
        var reader = new WireReader(bytes);
        var read = T.TryRead(ref reader, out value);
        if (read && reader.Remaining > 0)
            read = reader.Refuse(WireFault.TrailingBytes);
        failure = reader.Failure;
        if (!read)
            value = default;
        return read;
    }
}
