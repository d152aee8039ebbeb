using System.Globalization;
using System.IO.Compression;
using System.Text;
using Tocsin.Shared;

namespace Tocsin.Ingest.Recordings;

/// <summary>Writes a folder in the <i>recording</i> layout. Thread-safe.</summary>
/// <remarks>What was flushed can be read after <c>kill -9</c>: the gzip stream is then torn, and everything before the last flush is in it.</remarks>
public sealed class RecordingWriter : IDisposable
{
    /// <summary>Series that an exporter writes about itself.</summary>
    private static readonly string[] Dropped = ["go_", "promhttp_"];

    private static readonly byte[][] DroppedBytes = Dropped.Select(Encoding.ASCII.GetBytes).ToArray();

    private readonly Lock _lock = new();
    private readonly Stream _gzip;
    private readonly string _name;
    private readonly string _scrapes;
    private readonly string? _ownTable;

    /// <param name="jobs">A table in the layout's form that is copied; null = the one that is in the folder, else one with its first line alone.</param>
    /// <exception cref="BadDataException">The folder holds a recording already, or <paramref name="jobs"/> is no table of jobs.</exception>
    /// <exception cref="DependencyException">The folder cannot be written.</exception>
    public RecordingWriter(string folder, string? jobs, CompressionLevel level = CompressionLevel.Fastest)
    {
        _name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        _scrapes = Path.Combine(folder, ScrapeRecording.ScrapesFile);
        if (jobs is not null)
            JobTable.Read(jobs, new Rejections());
        if (File.Exists(_scrapes))
            throw new BadDataException($"'{_name}' holds a recording already ({ScrapeRecording.ScrapesFile}): expected a new folder");
        try
        {
            Directory.CreateDirectory(folder);
            var table = Path.Combine(folder, ScrapeRecording.JobsFile);
            _ownTable = File.Exists(table) ? null : table;
            if (jobs is null && _ownTable is null)
                JobTable.Read(table, new Rejections());
            else if (jobs is null)
                File.WriteAllText(table, "JobID|JobName|Start|End\n");
            else if (Path.GetFullPath(jobs) != Path.GetFullPath(table))
                File.Copy(jobs, table, overwrite: true);
            _gzip = new GZipStream(new FileStream(_scrapes, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16), level);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
    }

    public long Bytes { get; private set; }

    /// <summary>Null: names are written as they come.</summary>
    public Anonymiser? Hide { get; init; }

    /// <param name="node">Null where the recording is of one node.</param>
    /// <param name="bodies">Exposition text; comments and what exporters say about their own runtime are left out.</param>
    public void Write(long timeMs, string? node, params ReadOnlySpan<ReadOnlyMemory<byte>> bodies)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"#t\t{timeMs / 1000}.{timeMs % 1000:000}{(node is null ? "" : "\t" + node)}\n");
        lock (_lock)
        {
            if (Hide is { } hide)
                head = string.Create(CultureInfo.InvariantCulture, $"#t\t{timeMs / 1000}.{timeMs % 1000:000}{(node is null ? "" : "\t" + hide.Node(node))}\n");
            Put(Encoding.UTF8.GetBytes(head));
            foreach (var body in bodies)
                Lines(Hide is null ? body.Span : Hide.Body(body.Span));
        }
    }

    public void Flush()
    {
        lock (_lock)
        {
            try
            {
                _gzip.Flush();
            }
            catch (IOException e)
            {
                throw Failed(e);
            }
        }
    }

    /// <summary>Ends the file. A recording without a scrape is none: its files are taken away again.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            try
            {
                _gzip.Dispose();
                if (Bytes > 0)
                    return;
                File.Delete(_scrapes);
                if (_ownTable is not null)
                    File.Delete(_ownTable);
            }
            catch (IOException e)
            {
                throw Failed(e);
            }
        }
    }

    private void Lines(ReadOnlySpan<byte> text)
    {
        // Lines that stay are written in runs: one call to the packer for what lies between two lines that go.
        var from = 0;
        var at = 0;
        while (at < text.Length)
        {
            var end = text[at..].IndexOf((byte)'\n');
            var next = end < 0 ? text.Length : at + end + 1;
            if (IsDropped(text[at..next]))
            {
                Put(text[from..at]);
                from = next;
            }
            at = next;
        }
        Put(text[from..]);
        if (text.Length > from && text[^1] != '\n')
            Put("\n"u8);
    }

    private static bool IsDropped(ReadOnlySpan<byte> line)
    {
        if (line[0] is (byte)'#' or (byte)'\n' or (byte)'\r')
            return true;
        foreach (var prefix in DroppedBytes)
        {
            if (line.StartsWith(prefix))
                return true;
        }
        return false;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        try
        {
            _gzip.Write(bytes);
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
        Bytes += bytes.Length;
    }

    private DependencyException Failed(Exception e) =>
        new($"the recording '{_name}' cannot be written: {e.Message}; free space or name another folder", e);
}
