using Microsoft.Win32.SafeHandles;

namespace Tocsin.Actors.Log.Files;

/// <summary>Opens a partition's folder: finds its segments, checks the last one whole and cuts off what a crash left there.</summary>
internal static class PartitionFolder
{
    private const int MostSegments = 1_000_000;

    /// <param name="note">Told what was cut, for the operator.</param>
    /// <exception cref="LogCorruptException">Damage that is no torn tail.</exception>
    public static OpenedPartition Open(string folder, LogOptions options, LogDisk disk, long nowMs, Action<string> note)
    {
        Directory.CreateDirectory(folder);
        var bases = Bases(folder);
        while (bases.Count > 0)
        {
            var path = Path.Combine(folder, SegmentHeader.FileName(bases[^1]));
            var file = disk.Open(path);
            if (RandomAccess.GetLength(file) >= SegmentHeader.Size)
                return OpenLast(folder, bases, path, file, options, disk, note);
            // A crash between the creation of a file and its header: nothing was ever in it.
            file.Dispose();
            note($"removed '{path}', which ends within its header");
            if (bases.Count == 1)
                return CreateFirst(folder, bases[0], path, options, disk, nowMs);
            disk.Delete(path);
            bases.RemoveAt(bases.Count - 1);
        }
        return CreateFirst(folder, 0, null, options, disk, nowMs);
    }

    public static (Segment Segment, SafeFileHandle File) Create(string folder, SegmentHeader header, LogOptions options, LogDisk disk)
    {
        var path = Path.Combine(folder, SegmentHeader.FileName(header.Base));
        SafeFileHandle? file = null;
        try
        {
            file = disk.Create(path);
            var bytes = new byte[SegmentHeader.Size];
            header.Write(bytes);
            disk.Write(file, bytes, 0);
            if (options.Sync == LogSync.Group)
            {
                disk.Sync(file);
                disk.SyncFolder(folder);
            }
            return (new Segment(path, header, SegmentHeader.Size), file);
        }
        catch (IOException)
        {
            if (file is not null)
            {
                file.Dispose();
                disk.Delete(path);
            }
            throw;
        }
    }

    private static OpenedPartition CreateFirst(string folder, long baseOffset, string? torn, LogOptions options, LogDisk disk, long nowMs)
    {
        if (torn is not null)
            disk.Delete(torn);
        var (segment, file) = Create(folder, new SegmentHeader(baseOffset, baseOffset, nowMs), options, disk);
        return new OpenedPartition([segment], file, baseOffset);
    }

    private static OpenedPartition OpenLast(string folder, List<long> bases, string path, SafeFileHandle file, LogOptions options, LogDisk disk, Action<string> note)
    {
        try
        {
            var segments = new List<Segment>();
            foreach (var offset in bases.SkipLast(1))
                segments.Add(Sealed(Path.Combine(folder, SegmentHeader.FileName(offset)), offset));
            var header = ReadHeader(file, path, bases[^1]);
            var scan = SegmentScan.Run(file, header, options.MaxRecordBytes);
            if (scan.WholeBehind)
                throw new LogCorruptException(new LogCorrupt(path, scan.End, scan.NextOffset, $"{scan.Bad}, and whole records follow"));
            var length = RandomAccess.GetLength(file);
            if (scan.Bad is not null)
            {
                disk.SetLength(file, scan.End);
                note($"cut {length - scan.End} bytes off the end of '{path}', from byte {scan.End}, offset {scan.NextOffset}: {scan.Bad}");
            }
            segments.Add(new Segment(path, header, scan.End));
            return new OpenedPartition([.. segments], file, scan.NextOffset);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Segment Sealed(string path, long offset)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return new Segment(path, ReadHeader(file, path, offset), RandomAccess.GetLength(file));
    }

    private static SegmentHeader ReadHeader(SafeFileHandle file, string path, long expectedBase)
    {
        var bytes = new byte[SegmentHeader.Size];
        var have = RandomAccess.Read(file, bytes, 0);
        return SegmentHeader.TryRead(bytes.AsSpan(0, have), expectedBase, out var header) is { } why
            ? throw new LogCorruptException(new LogCorrupt(path, 0, expectedBase, why))
            : header;
    }

    private static List<long> Bases(string folder)
    {
        var bases = new List<long>();
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (SegmentHeader.TryParseName(Path.GetFileName(path), out var offset))
                bases.Add(offset);
            if (bases.Count > MostSegments)
                throw new LogCorruptException(new LogCorrupt(folder, 0, 0, $"more than {MostSegments} segments"));
        }
        bases.Sort();
        return bases;
    }
}
