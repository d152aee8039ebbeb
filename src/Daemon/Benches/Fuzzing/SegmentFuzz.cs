using Microsoft.Win32.SafeHandles;
using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;
using Tocsin.Shared.Wire;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>Segments of the log: whatever is done to one, the records before the damage are found, nothing that is not whole is, and what is cut off stays off.</summary>
internal sealed class SegmentFuzz : IDisposable
{
    private const int MostRecordBytes = 4096;

    private readonly string _path = Path.GetTempFileName();
    private readonly SafeFileHandle _file;

    public SegmentFuzz() => _file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    public static void Once(int seed)
    {
        using var fuzz = new SegmentFuzz();
        fuzz.Next(seed);
    }

    public void Next(int seed)
    {
        var random = new Random(seed);
        var header = new SegmentHeader(random.NextInt64(1 << 20), 0, 0);
        using var buffer = new PooledBuffer();
        header.Write(buffer.GetSpan(SegmentHeader.Size));
        buffer.Advance(SegmentHeader.Size);
        var ends = new List<int>();
        for (var n = random.Next(1, 12); n > 0; n--)
        {
            var entry = new LogEntry(Mutations.Noise(random, 20), (byte)random.Next(3), Mutations.Noise(random, 200));
            var record = buffer.GetSpan(RecordFormat.Size(entry))[..RecordFormat.Size(entry)];
            RecordFormat.Write(record, entry);
            RecordFormat.Seal(record, header.Base + ends.Count, random.NextInt64());
            buffer.Advance(record.Length);
            ends.Add(buffer.Length);
        }
        var whole = buffer.Written.ToArray();
        var bad = random.Next(8) == 0 ? [.. whole, .. Mutations.Noise(random, 300)] : Mutations.Damage(random, whole);
        SegmentHeader.TryRead(bad, header.Base, out _);
        if (bad.Length < SegmentHeader.Size)
            return;
        var scan = Scan(bad, header);
        var same = whole.AsSpan().CommonPrefixLength(bad);
        var untouched = ends.Count(e => e <= same);
        if (scan.NextOffset - header.Base < untouched || scan.End > bad.Length || scan.NextOffset - header.Base > (scan.End - SegmentHeader.Size) / RecordFormat.Header)
            throw new InvalidOperationException($"seed {seed}: {untouched} records are untouched, {scan} was found");
        var again = Scan(bad.AsSpan(0, (int)scan.End), header);
        if (again != new SegmentScan(scan.End, scan.NextOffset, null, false))
            throw new InvalidOperationException($"seed {seed}: {scan}, and after the cut {again}");
    }

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_path);
    }

    private SegmentScan Scan(ReadOnlySpan<byte> bytes, SegmentHeader header)
    {
        RandomAccess.Write(_file, bytes, 0);
        RandomAccess.SetLength(_file, bytes.Length);
        return SegmentScan.Run(_file, header, MostRecordBytes);
    }
}
