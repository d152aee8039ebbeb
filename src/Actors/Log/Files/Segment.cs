using Microsoft.Win32.SafeHandles;

namespace Tocsin.Actors.Log.Files;

/// <summary>One file of a partition. Written by the partition's writer alone, read by many.</summary>
internal sealed class Segment(string path, SegmentHeader header, long visible)
{
    private long _visible = visible;

    public string Path { get; } = path;

    public SegmentHeader Header { get; } = header;

    /// <summary>Bytes that readers may read: whole records that were answered. Set after the bytes are there, read before they are read.</summary>
    public long Visible
    {
        get => Volatile.Read(ref _visible);
        set => Volatile.Write(ref _visible, value);
    }

    public SafeFileHandle OpenToRead() => File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
