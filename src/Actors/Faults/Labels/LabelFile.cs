using System.Text;
using System.Text.Json;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults.Labels;

/// <summary>The label records on disk: a line of JSON each, appended; of one key the last line holds. What was appended survives the end of the process; with
/// <paramref name="flush"/> that of the machine. A torn last line (the power went) is left out and said. Rewritten whole when it has grown to twice what it says.</summary>
public sealed class LabelFile(string path, bool flush, Action<string> say)
{
    private const int Slack = 1000;

    private int _lines;

    /// <exception cref="DependencyException">The disk refuses.</exception>
    public IReadOnlyList<LabelRecord> Load()
    {
        var records = new Dictionary<string, LabelRecord>(StringComparer.Ordinal);
        var unread = 0;
        try
        {
            if (!File.Exists(path))
                return [];
            foreach (var line in File.ReadLines(path))
            {
                _lines++;
                if (Read(line) is { } record)
                    records[record.Key] = record;
                else
                    unread++;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"{Path.GetFileName(path)} cannot be read: {failure.Message}", failure);
        }
        if (unread > 0)
            say($"{Path.GetFileName(path)}: {unread} lines cannot be read and are left out");
        return [.. records.Values];
    }

    /// <param name="all">Everything that is known now, <paramref name="changed"/> included.</param>
    /// <exception cref="DependencyException">The disk refuses; the same may be appended again, since of a key the last line holds.</exception>
    public void Append(IReadOnlyCollection<LabelRecord> changed, LabelBook all)
    {
        if (changed.Count == 0)
            return;
        try
        {
            if (_lines + changed.Count > (2 * all.Count) + Slack)
            {
                Write(path + ".new", FileMode.Create, all.All);
                File.Move(path + ".new", path, overwrite: true);
                _lines = all.Count;
                return;
            }
            Write(path, FileMode.Append, changed);
            _lines += changed.Count;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"{Path.GetFileName(path)} cannot be written: {failure.Message}", failure);
        }
    }

    private void Write(string to, FileMode mode, IEnumerable<LabelRecord> records)
    {
        var text = new StringBuilder();
        // A line that the end of the machine tore must not swallow the next one.
        if (mode == FileMode.Append && EndsTorn(to))
            text.Append('\n');
        foreach (var record in records)
            text.Append(JsonSerializer.Serialize(record)).Append('\n');
        using var file = new FileStream(to, mode, FileAccess.Write, FileShare.Read);
        file.Write(Encoding.UTF8.GetBytes(text.ToString()));
        file.Flush(flush);
    }

    private static bool EndsTorn(string path)
    {
        if (!File.Exists(path))
            return false;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length == 0)
            return false;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }

    private static LabelRecord? Read(string line)
    {
        try
        {
            var record = JsonSerializer.Deserialize<LabelRecord>(line);
            return record is { Key.Length: > 0 } && NodeKey.TryParse(record.Cluster, record.Node, out _) ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
