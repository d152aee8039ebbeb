using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tocsin.Shared;

namespace Tocsin.Inference.Libraries;

/// <summary>The container of a pattern library: named sections of bytes between a header and a SHA-256 of all that stands before it.</summary>
/// <remarks>
/// Layout, little-endian: "TOCSINLB", uint32 version, uint32 sections; a section: uint16 length of name, name (UTF-8), uint64 length, bytes;
/// at the end 32 bytes SHA-256. The sum finds damage and careless edits; it is no signature against someone who recomputes it.
/// The layout is described in docs/FORMATS.md.
/// </remarks>
public static class SectionFile
{
    public const uint Version = 1;

    private const int MostSections = 100_000;
    private const int SumLength = 32;
    private const long MostBytes = 2L << 30;

    private static ReadOnlySpan<byte> Magic => "TOCSINLB"u8;

    /// <summary>Writes to a temporary file beside <paramref name="path"/>, syncs it and renames it: readers see the old file or the whole new one.</summary>
    /// <exception cref="DependencyException">The disk refused; nothing is left behind.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, byte[]> sections)
    {
        var temporary = path + ".tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                Span<byte> head = stackalloc byte[16];
                Magic.CopyTo(head);
                BinaryPrimitives.WriteUInt32LittleEndian(head[8..], Version);
                BinaryPrimitives.WriteUInt32LittleEndian(head[12..], (uint)sections.Count);
                Append(file, sum, head);
                foreach (var (name, bytes) in sections.OrderBy(s => s.Key, StringComparer.Ordinal))
                {
                    var nameBytes = Encoding.UTF8.GetBytes(name);
                    var lengths = new byte[2 + nameBytes.Length + 8];
                    BinaryPrimitives.WriteUInt16LittleEndian(lengths, checked((ushort)nameBytes.Length));
                    nameBytes.CopyTo(lengths, 2);
                    BinaryPrimitives.WriteUInt64LittleEndian(lengths.AsSpan(2 + nameBytes.Length), (ulong)bytes.LongLength);
                    Append(file, sum, lengths);
                    Append(file, sum, bytes);
                }
                file.Write(sum.GetHashAndReset());
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new DependencyException($"cannot write the library '{Path.GetFileName(path)}': {failure.Message}; free space or choose another --out; nothing was changed", failure);
        }
    }

    /// <exception cref="LibraryRefusedException">Torn, foreign, of another version, or changed since it was written.</exception>
    /// <exception cref="DependencyException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, byte[]> Read(string path)
    {
        var name = Path.GetFileName(path);
        byte[] all;
        if (Directory.Exists(path))
            throw new DependencyException($"cannot read the library: '{name}' is a folder; name the file that 'tocsin train' wrote");
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MostBytes)
                throw new LibraryRefusedException($"library '{name}' has {length} bytes; expected at most {MostBytes}: this is no library of Tocsin");
            all = File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DependencyException($"there is no library '{name}'; check the path or make one with 'tocsin train'", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"cannot read the library '{name}': {failure.Message}", failure);
        }
        return Parse(name, all);
    }

    internal static IReadOnlyDictionary<string, byte[]> Parse(string name, ReadOnlySpan<byte> all)
    {
        if (all.Length < 8 || !all[..8].SequenceEqual(Magic))
            throw new LibraryRefusedException($"'{name}' is no library of Tocsin: it does not begin with TOCSINLB; make one with 'tocsin train'");
        if (all.Length < 16 + SumLength)
            throw new LibraryRefusedException($"library '{name}' is torn: {all.Length} bytes, not even a header; train it again or take a copy");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(all[8..]);
        if (version != Version)
            throw new LibraryRefusedException($"library '{name}' has format {version}; this Tocsin reads {Version}; train it again, or use the Tocsin that wrote it");
        var body = all[..^SumLength];
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(all[^SumLength..]))
            throw new LibraryRefusedException($"library '{name}' is torn or was changed after it was written: its SHA-256 does not match; train it again or take a copy");
        var count = BinaryPrimitives.ReadUInt32LittleEndian(all[12..]);
        var sections = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var at = 16;
        for (var i = 0u; i < count; i++)
        {
            if (count > MostSections || body.Length - at < 2)
                throw Malformed(name, at);
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(body[at..]);
            if (body.Length - at - 2 < nameLength + 8)
                throw Malformed(name, at);
            var section = Encoding.UTF8.GetString(body.Slice(at + 2, nameLength));
            at += 2 + nameLength;
            var length = BinaryPrimitives.ReadUInt64LittleEndian(body[at..]);
            at += 8;
            if (length > (ulong)(body.Length - at) || !sections.TryAdd(section, body.Slice(at, (int)length).ToArray()))
                throw Malformed(name, at);
            at += (int)length;
        }
        return at == body.Length ? sections : throw Malformed(name, at);
    }

    private static LibraryRefusedException Malformed(string name, int at) =>
        new($"library '{name}' is malformed at byte {at} though its sum matches: it was not written by Tocsin; train it again");

    private static void Append(FileStream file, IncrementalHash sum, ReadOnlySpan<byte> bytes)
    {
        file.Write(bytes);
        sum.AppendData(bytes);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk that refused the file may refuse this too; the message already says what happened.
        }
    }
}
