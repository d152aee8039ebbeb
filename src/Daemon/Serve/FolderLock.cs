using Tocsin.Shared;

namespace Tocsin.Daemon.Serve;

/// <summary>Keeps a second process out of a data folder. The system takes the lock back when the process ends, however it ends; the file stays.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="DependencyException">The folder cannot be written to, or another process has it.</exception>
    public static FolderLock Take(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"data: '{folder}' cannot be made: {e.Message}; name another folder, or give this user the right to write there", e);
        }
        try
        {
            // FileShare.None is an advisory lock (flock) on Linux: among Tocsin's own processes that is enough.
            var file = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
            file.Flush();
            return new FolderLock(file);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DependencyException($"data: '{folder}' cannot be written to: {e.Message}; give this user the right to", e);
        }
        catch (IOException e)
        {
            throw new DependencyException($"data: '{folder}' is in use by another process, or cannot be locked: {e.Message}; end that process, or name another folder", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
