using Tocsin.Actors.Log.Groups;
using Tocsin.Shared;

namespace Tocsin.Actors.Log.Files;

/// <summary>The log of one machine: a folder a partition, a file a segment, one process at a time.</summary>
public sealed class FileLog : PartitionedLog
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly LogFolder _folder;
    private readonly TimeProvider _time;
    private readonly Dictionary<TopicPartition, FilePartition> _partitions = [];
    private readonly Dictionary<TopicPartition, PartitionFiles> _files = [];
    private readonly LogWriter[] _writers;
    private bool _disposed;

    private FileLog(LogFolder folder, LogOptions options, TimeProvider time, Dictionary<TopicPartition, PartitionFiles> files)
        : base(options.Topics)
    {
        _folder = folder;
        _time = time;
        _files = files;
        // A sync waits for the disk and not for the processor, so several wait at once; without it one thread is faster than all disks.
        _writers = [.. Enumerable.Range(0, options.Sync == LogSync.None ? 1 : 4).Select(i => new LogWriter(i, time, options.Sync, WakeConsumers))];
        var number = 0;
        foreach (var (at, opened) in files)
        {
            var writer = _writers[number++ % _writers.Length];
            _partitions[at] = new FilePartition(at, options, opened, writer.Enqueue);
        }
    }

    public override string Identity => _folder.Identity;

    /// <summary>Makes the log, or opens it: checks the last segment of each partition whole and cuts off what a crash left there.</summary>
    /// <param name="note">Told, a line each, what was cut.</param>
    /// <exception cref="ArgumentException">The options; <see cref="LogOptions.Problem"/> says it beforehand.</exception>
    /// <exception cref="LogCorruptException">Damage that no crash explains.</exception>
    /// <exception cref="DependencyException">In use by another process, made with other partitions, or the disk refused.</exception>
    public static FileLog Open(string path, LogOptions options, TimeProvider time, Action<string>? note = null) => Open(path, options, time, note, LogDisk.Real);

    public override void Append(TopicPartition at, in LogEntry entry, IAppendReply? reply) => Find(at).Append(entry, reply);

    public override LogBounds Bounds(TopicPartition at) => Find(at).Bounds;

    public bool Has(TopicPartition at) => _partitions.ContainsKey(at);

    /// <summary>Bytes of all segments.</summary>
    public long DiskBytes => _files.Values.Sum(f => f.DiskBytes);

    /// <summary>Bytes that wait to be written.</summary>
    public long WaitingBytes => _partitions.Values.Sum(p => p.WaitingBytes);

    /// <summary>For a store that has outlived the log's end, as after power loss without sync: offsets that it has counted are never given again.
    /// Only before the first append and the first consumer.</summary>
    /// <returns>How many offsets were passed over; their records are lost.</returns>
    /// <exception cref="DependencyException">The disk refused.</exception>
    public long AdvanceTo(TopicPartition at, long offset)
    {
        var next = Find(at).Bounds.Next;
        try
        {
            _files[at].AdvanceTo(offset, _time.GetUtcNow().ToUnixTimeMilliseconds());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"cannot write the log of {at}: {e.Message}", e);
        }
        return Math.Max(0, offset - next);
    }

    /// <summary>What a shard has not committed is not let go, whatever retention says: records from this offset on stay, and when they have used up the space
    /// appends are refused. Not called for a partition: nobody needs it.</summary>
    public void Need(TopicPartition at, long offset)
    {
        if (_files.TryGetValue(at, out var files))
            files.Need(offset);
    }

    /// <summary>Writes what waits, syncs, and lets the folder go.</summary>
    public override void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var partition in _partitions.Values)
            partition.Close();
        var stopped = true;
        foreach (var writer in _writers)
            stopped &= writer.Stop(StopLimit);
        // A writer that hangs in the disk still uses its files: they are left to the end of the process, which is near.
        if (stopped)
        {
            foreach (var (at, partition) in _partitions)
            {
                partition.Dispose();
                _files[at].Dispose();
            }
        }
        _folder.Dispose();
    }

    internal static FileLog Open(string path, LogOptions options, TimeProvider time, Action<string>? note, LogDisk disk)
    {
        if (options.Problem() is { } problem)
            throw new ArgumentException(problem, nameof(options));
        var folder = LogFolder.Open(path, options.Topics, disk);
        var files = new Dictionary<TopicPartition, PartitionFiles>();
        try
        {
            foreach (var (topic, partitions) in options.Topics)
            {
                for (var p = 0; p < partitions; p++)
                {
                    var at = new TopicPartition(topic, p);
                    var partitionFolder = Path.Combine(path, topic, $"{p}");
                    var opened = PartitionFolder.Open(partitionFolder, options, disk, time.GetUtcNow().ToUnixTimeMilliseconds(), note ?? (_ => { }));
                    files[at] = new PartitionFiles(at, partitionFolder, options, disk, opened);
                }
            }
            return new FileLog(folder, options, time, files);
        }
        catch (Exception e)
        {
            foreach (var opened in files.Values)
                opened.Dispose();
            folder.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new DependencyException($"cannot open the log in '{path}': {e.Message}", e);
            throw;
        }
    }

    private protected override LogFailure? TryOpen(TopicPartition at, long offset, out IPartitionCursor? cursor)
    {
        var partition = Find(at);
        var (first, next) = partition.Bounds;
        cursor = offset < first || offset > next ? null : new FileCursor(partition, offset);
        return cursor is null ? new OffsetOutOfRange(at, offset, first, next) : null;
    }

    private FilePartition Find(TopicPartition at) =>
        _partitions.TryGetValue(at, out var partition) ? partition : throw new ArgumentException($"there is no partition {at}", nameof(at));
}
