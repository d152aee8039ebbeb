using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Sources;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.RemoteWrite;

/// <summary>The memory that one request is worked on in.</summary>
internal sealed class Desk(SeriesCache cache, SeriesIdentity identity, RemoteWriteLimits limits)
{
    /// <summary>A request larger than this is seldom; its memory is not kept.</summary>
    private const int Modest = 4 << 20;

    private byte[] _text = [];

    public WriteDecoder Decoder { get; } = new(cache, identity, limits);

    public BatchBuilder Batches { get; } = new(limits, identity.Options.ReplicaSilence, SampleSource.RemoteWrite);

    public bool IsModest => _text.Length <= Modest && Decoder.Capacity <= Modest / 32;

    /// <summary>Null where the request was read; else why not.</summary>
    public string? Read(ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var why = SnappyBlock.TryDecode(body, limits.Unpacked, ref _text, out var length) ?? Decoder.Read(_text.AsSpan(0, length), now);
        if (why is null)
            Batches.Take(Decoder.Rows, Decoder.Known, now);
        return why;
    }
}
