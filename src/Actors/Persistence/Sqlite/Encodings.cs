using Tocsin.Shared;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Persistence.Sqlite;

internal static class NodeText
{
    /// <exception cref="StoreException">What stands there is no node key.</exception>
    public static NodeKey Parse(string text)
    {
        var cut = text.IndexOf('/');
        if (cut > 0 && NodeKey.TryParse(text[..cut], text[(cut + 1)..], out var key))
            return key;
        throw new StoreException(new StoreCorrupt("the database has a node whose name is none"));
    }
}

/// <summary>A segment's jobs as a column.</summary>
internal static class JobKeys
{
    private const int Most = 10_000;
    private const int MostId = 1000;

    public static byte[] Write(IReadOnlyList<JobKey> jobs)
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteArrayHeader(jobs.Count);
        foreach (var job in jobs)
        {
            writer.WriteRecord(1, 2);
            writer.WriteString(job.JobId);
            writer.WriteInt(job.StartMs);
        }
        writer.Flush();
        return buffer.Written.ToArray();
    }

    /// <exception cref="StoreException">What stands there is no list of jobs.</exception>
    public static IReadOnlyList<JobKey> Read(byte[] bytes)
    {
        var reader = new WireReader(bytes);
        var jobs = new List<JobKey>();
        if (reader.TryReadArrayHeader(Most, out var count))
        {
            for (var i = 0; i < count; i++)
            {
                if (reader.TryBeginRecord(1, 2, out var record) && reader.TryReadString(MostId, out var id) && reader.TryReadInt64(out var start) && reader.TryEndRecord(record, 2))
                    jobs.Add(new JobKey(id, start));
            }
        }
        return reader.Failure.Fault == WireFault.None ? jobs : throw new StoreException(new StoreCorrupt($"the database has a segment whose jobs cannot be read: {reader.Failure}"));
    }
}
