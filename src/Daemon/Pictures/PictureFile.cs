using Tocsin.Shared;

namespace Tocsin.Daemon.Pictures;

/// <summary>Puts a picture in its place whole or not at all: written beside it, synced, renamed over it.</summary>
internal static class PictureFile
{
    /// <exception cref="DependencyException">The disk refused; nothing is left behind and an older picture stays.</exception>
    public static void Write(string path, Canvas canvas)
    {
        var part = $"{path}.{Environment.ProcessId}.part";
        try
        {
            using (var file = new FileStream(part, FileMode.Create, FileAccess.Write))
            {
                Png.Write(file, canvas);
                file.Flush(flushToDisk: true);
            }
            File.Move(part, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            TryDelete(part);
            throw new DependencyException($"the picture '{path}' could not be written: {failure.Message} Give another path or make room.", failure);
        }
    }

    private static void TryDelete(string part)
    {
        try
        {
            File.Delete(part);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to tell.
        }
    }
}
