using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tocsin.Shared;

namespace Tocsin.Inference.Faults.PreGan;

/// <summary>A NumPy array of little-endian doubles in C order (format versions 1 to 3).</summary>
public sealed partial record NpyFile(int[] Shape, double[] Values)
{
    /// <summary>No file above this is read: bytes.</summary>
    private const long Most = 256L << 20;

    private const int Magic = 6;

    /// <exception cref="BadDataException">The file is no such array.</exception>
    /// <exception cref="DependencyException">It could not be read.</exception>
    public static NpyFile Read(string path)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > Most })
                throw new BadDataException($"'{path}' is larger than {Most >> 20} MiB; expected a small .npy array");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"'{path}' cannot be read: {e.Message}", e);
        }
        return Parse(bytes) ?? throw new BadDataException($"'{path}': expected a .npy array of little-endian float64 in C order");
    }

    /// <returns>Null: the bytes are no such array.</returns>
    public static NpyFile? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Magic + 4 || bytes[0] != 0x93 || !bytes[1..].StartsWith("NUMPY"u8))
            return null;
        int wide = bytes[Magic] == 1 ? 2 : 4, start = Magic + 2 + wide;
        if (bytes.Length < start)
            return null;
        var length = wide == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[(Magic + 2)..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[(Magic + 2)..]);
        if (length > bytes.Length - start)
            return null;
        var header = Encoding.ASCII.GetString(bytes.Slice(start, (int)length));
        var match = Header().Match(header);
        if (!match.Success)
            return null;
        var shape = new List<int>();
        long total = 1;
        foreach (var part in match.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || (total *= size) > Most)
                return null;
            shape.Add(size);
        }
        var data = bytes[(start + (int)length)..];
        if (data.Length != total * sizeof(double))
            return null;
        var values = new double[total];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(data[(i * sizeof(double))..]);
        return new NpyFile([.. shape], values);
    }

    [GeneratedRegex(@"'descr':\s*'<f8'.*'fortran_order':\s*False.*'shape':\s*\((?<shape>[0-9, ]*)\)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Header();
}
