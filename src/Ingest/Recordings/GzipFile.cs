using System.IO.Compression;
using Tocsin.Shared;

namespace Tocsin.Ingest.Recordings;

/// <summary>A gzip file that says when it is cut short: the BCL's reader takes the end of the file for the end of the data, wherever it comes.</summary>
/// <remarks>The reader gets one more gzip member after the file, with known bytes. It goes on to that member only if the file's last one was
/// whole, so the data is complete exactly when those bytes come out last. They are held back here and never handed out.</remarks>
internal sealed class GzipFile : ForwardStream
{
    private static readonly byte[] Mark = [0x02, 0x54, 0x6F, 0x63, 0x73, 0x69, 0x6E, 0x9C, 0x00, 0xFF, 0x13, 0x37, 0xE1, 0x5A, 0xC4, 0x03];

    private readonly string _name;
    private readonly Stream _plain;
    private readonly bool _checked;
    private readonly byte[] _held = new byte[Mark.Length];
    private int _heldCount;
    private bool _ended;

    /// <param name="path">A file that ends with .gz is unpacked, another read as it is.</param>
    /// <param name="acceptTorn">Take what a torn file still gives instead of refusing it.</param>
    /// <exception cref="BadDataException">The file cannot be opened.</exception>
    public GzipFile(string path, bool acceptTorn = false)
    {
        _name = Path.GetFileName(path);
        var file = Open(path);
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            _plain = file;
            return;
        }
        _checked = !acceptTorn;
        _plain = new GZipStream(_checked ? new WithMark(file) : file, CompressionMode.Decompress);
    }

    /// <summary>Whether reading ended with the file's data torn.</summary>
    public bool IsTorn { get; private set; }

    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadDataException($"there is no file '{Path.GetFileName(path)}'; check the path", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadDataException($"{Path.GetFileName(path)} cannot be read ({e.GetType().Name}): expected a file that this user may open; check its permissions", e);
        }
    }

    /// <exception cref="BadDataException">The file is not gzip, or ends in the middle.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (!_checked)
            return Inflate(buffer);
        // What is held back goes out first, and the last bytes of what comes are held back in turn.
        var room = new byte[Mark.Length];
        while (!_ended && !buffer.IsEmpty)
        {
            var n = Inflate(buffer);
            if (n == 0)
            {
                _ended = true;
                if (_heldCount != Mark.Length || !_held.AsSpan().SequenceEqual(Mark))
                    throw Torn(null);
                return 0;
            }
            var total = _heldCount + n;
            if (total <= Mark.Length)
            {
                buffer[..n].CopyTo(_held.AsSpan(_heldCount));
                _heldCount = total;
                continue;
            }
            return Exchange(buffer, n, room);
        }
        return 0;
    }

    /// <summary>Gives out all but the last bytes of (held, buffer[..n]) and holds those.</summary>
    private int Exchange(Span<byte> buffer, int n, byte[] room)
    {
        var give = _heldCount + n - Mark.Length;
        if (n >= Mark.Length)
        {
            buffer[(n - Mark.Length)..n].CopyTo(room);
            buffer[..(n - Mark.Length)].CopyTo(buffer[_heldCount..]);
            _held.AsSpan(0, _heldCount).CopyTo(buffer);
        }
        else
        {
            var joined = new byte[_heldCount + n];
            _held.AsSpan(0, _heldCount).CopyTo(joined);
            buffer[..n].CopyTo(joined.AsSpan(_heldCount));
            joined.AsSpan(0, give).CopyTo(buffer);
            joined.AsSpan(give).CopyTo(room);
        }
        room.CopyTo(_held.AsSpan());
        _heldCount = Mark.Length;
        return give;
    }

    private int Inflate(Span<byte> buffer)
    {
        try
        {
            return _plain.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            // Without the mark there is no telling a torn tail from damage; what came before stands.
            return _checked ? throw Torn(e) : 0;
        }
        catch (IOException e)
        {
            throw new BadDataException($"{_name} cannot be read to its end: {e.Message}", e);
        }
    }

    private BadDataException Torn(Exception? inner)
    {
        IsTorn = true;
        return new BadDataException(
            $"{_name} is torn: its gzip data ends in the middle or is damaged; expected a whole file, copy it again, or keep what is there with 'zcat {_name} | gzip > whole.gz'", inner);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _plain.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The file's bytes, and after them those of one more member.</summary>
    private sealed class WithMark(Stream file) : ForwardStream
    {
        private static readonly byte[] Member = Pack();
        private int _at = -1;
        private bool _any;

        public override int Read(Span<byte> buffer)
        {
            if (_at < 0)
            {
                var n = file.Read(buffer);
                _any |= n > 0;
                // A file of no bytes is not a whole gzip file either.
                if (n > 0 || !_any)
                    return n;
                _at = 0;
            }
            var rest = Member.AsSpan(_at);
            var count = Math.Min(rest.Length, buffer.Length);
            rest[..count].CopyTo(buffer);
            _at += count;
            return count;
        }

        private static byte[] Pack()
        {
            var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
                gzip.Write(Mark);
            return packed.ToArray();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }
}
