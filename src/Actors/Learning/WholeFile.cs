namespace Tocsin.Actors.Learning;

/// <summary>Files that are there whole or not at all. What is learned from is no ledger: where the disk refuses, that is said and watching goes on.</summary>
internal static class WholeFile
{
    public static bool Write(string path, ReadOnlySpan<byte> bytes, Action<string> say)
    {
        try
        {
            var temporary = path + ".new";
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            say($"{Path.GetFileName(path)} cannot be written: {failure.Message}");
            return false;
        }
    }

    public static byte[]? Read(string path, Action<string> say)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            say($"{Path.GetFileName(path)} cannot be read: {failure.Message}");
            return null;
        }
    }

    public static void Delete(string path, Action<string> say)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            say($"{Path.GetFileName(path)} cannot be deleted: {failure.Message}");
        }
    }
}
