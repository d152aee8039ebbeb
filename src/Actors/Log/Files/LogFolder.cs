using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tocsin.Shared;

namespace Tocsin.Actors.Log.Files;

/// <summary>The log's folder: who may use it, which log it is, and how many partitions it was made with.</summary>
internal sealed class LogFolder : IDisposable
{
    private const string Head = "tocsin-log 1";
    private const int MostBytes = 1 << 16;

    private readonly FileStream _lock;

    private LogFolder(FileStream held, string identity)
    {
        _lock = held;
        Identity = identity;
    }

    public string Identity { get; }

    /// <exception cref="DependencyException">Another process has it, the numbers of partitions differ, or the disk refused.</exception>
    public static LogFolder Open(string path, IReadOnlyDictionary<string, int> topics, LogDisk disk)
    {
        FileStream held;
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"cannot make the log's folder '{path}': {e.Message}", e);
        }
        try
        {
            // An advisory lock of the operating system, which falls with the process however it ends.
            held = new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"the log in '{path}' is in use by another process, or cannot be locked: {e.Message}", e);
        }
        try
        {
            var file = Path.Combine(path, "log.meta");
            var identity = File.Exists(file) ? Check(file, topics) : Create(path, file, topics, disk);
            return new LogFolder(held, identity);
        }
        catch (Exception e)
        {
            held.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new DependencyException($"cannot open the log in '{path}': {e.Message}", e);
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static string Create(string path, string file, IReadOnlyDictionary<string, int> topics, LogDisk disk)
    {
        // A name for this folder, drawn once and kept: no state is decided by it, it is only compared.
        var identity = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var text = new StringBuilder().Append(Head).Append('\n').Append("id ").Append(identity).Append('\n');
        foreach (var (topic, partitions) in topics.OrderBy(t => t.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"partitions {topic} {partitions}\n");
        var temporary = file + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, file, overwrite: true);
        disk.SyncFolder(path);
        return identity;
    }

    private static string Check(string file, IReadOnlyDictionary<string, int> topics)
    {
        if (new FileInfo(file).Length > MostBytes)
            throw new DependencyException($"'{file}' is no description of a log of Tocsin");
        var lines = File.ReadAllLines(file);
        if (lines.Length < 2 || !lines[0].StartsWith("tocsin-log ", StringComparison.Ordinal) || lines[1] is not ['i', 'd', ' ', .. var identity])
            throw new DependencyException($"'{file}' is no description of a log of Tocsin");
        if (lines[0] != Head)
            throw new DependencyException($"the log's format is '{lines[0]}'; this program knows '{Head}'");
        var made = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in lines.Skip(2))
        {
            if (line.Split(' ') is not ["partitions", var topic, var number] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var partitions))
                throw new DependencyException($"'{file}' has a line that cannot be read");
            made[topic] = partitions;
        }
        foreach (var (topic, partitions) in topics)
        {
            var was = made.GetValueOrDefault(topic);
            if (was != partitions)
                throw new DependencyException($"log.partitions of {topic} is {partitions}, but the log in '{Path.GetDirectoryName(file)}' was made with {was}; the number is fixed at the first start");
        }
        return identity;
    }
}
