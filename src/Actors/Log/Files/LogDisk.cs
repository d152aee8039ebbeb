using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tocsin.Actors.Log.Files;

/// <summary>What the log asks of the disk when it writes. Tests put failures in its place.</summary>
internal class LogDisk
{
    private const int NoSpace = 28;
    private const int QuotaReached = 122;

    public static LogDisk Real { get; } = new();

    public static bool IsFull(Exception failure) => failure is IOException && failure.HResult is NoSpace or QuotaReached;

    public virtual SafeFileHandle Create(string path) =>
        File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public virtual SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long position) => RandomAccess.Write(file, bytes, position);

    public virtual void SetLength(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public virtual void Sync(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>A new file is there after power loss only when its folder is synced too. Where the platform cannot, nothing is done.</summary>
    public virtual void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = open(folder, 0);
        if (descriptor < 0)
            throw new IOException($"cannot open '{folder}' to sync it", Marshal.GetLastPInvokeError());
        var synced = fsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = close(descriptor);
        if (synced != 0)
            throw new IOException($"cannot sync '{folder}'", error);
    }

    // Paths are checked when the log is opened: no zero characters. 0 = O_RDONLY.
    [DllImport("libc", SetLastError = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int descriptor);
}
