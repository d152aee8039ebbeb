using System.Text;
using Tocsin.Ingest.Prometheus;
using Tocsin.Shared;

namespace Tocsin.Ingest.Recordings;

/// <summary>Reads <c>scrapes.tsv.gz</c> scrape by scrape: <c>#t TAB unix seconds [TAB node]</c>, then Prometheus text up to the next such line.</summary>
internal sealed class ScrapeReader(Stream stream, string fileName, Rejections rejections)
{
    /// <summary>Bytes of one scrape with its head; more is no recording.</summary>
    public const int MaxScrape = 64 << 20;

    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;
    private bool _eof;

    public long TimeMs { get; private set; }

    /// <summary>Null where the head names none.</summary>
    public string? Node { get; private set; }

    /// <summary>The text of the scrape; valid until the next call of <see cref="Next"/>.</summary>
    public ReadOnlySpan<byte> Body => _buffer.AsSpan(_bodyStart, _bodyLength);

    /// <summary>Whether the last scrape ran up to the end of the file, so that it may have been cut off.</summary>
    public bool AtEnd => _eof && _start == _end;

    private int _bodyStart;
    private int _bodyLength;
    private byte[] _nodeBytes = [];

    /// <summary>Goes to the next scrape with a readable head. False at the end.</summary>
    /// <exception cref="BadDataException">The file is torn, or a scrape is too large.</exception>
    public bool Next()
    {
        while (Block(out var block))
        {
            var end = block.IndexOf((byte)'\n');
            var head = (end < 0 ? block : block[..end]).TrimEnd((byte)'\r');
            if (!head.StartsWith("#t\t"u8))
                rejections.Add("text before the first '#t' line", Text(head));
            else if (AtEnd && block[^1] != '\n')
                rejections.Add("scrape cut off at the end of the file", Text(head));
            else if (Head(head[3..]))
            {
                _bodyStart += end < 0 ? block.Length : end + 1;
                _bodyLength = end < 0 ? 0 : block.Length - end - 1;
                return true;
            }
            else
                rejections.Add("unreadable '#t' line", Text(head));
        }
        return false;
    }

    /// <summary>From here to before the next line that begins with <c>#t TAB</c>.</summary>
    private bool Block(out ReadOnlySpan<byte> block)
    {
        var seen = 0;
        while (true)
        {
            var text = _buffer.AsSpan(_start, _end - _start);
            var next = text[Math.Min(seen, text.Length)..].IndexOf("\n#t\t"u8);
            if (next >= 0 || _eof)
            {
                var length = next >= 0 ? seen + next + 1 : text.Length;
                block = text[..length];
                _bodyStart = _start;
                _bodyLength = length;
                _start += length;
                return length > 0;
            }
            // The mark may lie across the border of two reads.
            seen = Math.Max(0, text.Length - 3);
            Fill();
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxScrape)
                throw new BadDataException($"{fileName} has a scrape of more than {MaxScrape >> 20} MiB: expected a line '#t<TAB>unix seconds' before each scrape");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        var n = stream.Read(_buffer.AsSpan(_end));
        _end += n;
        _eof = n == 0;
    }

    private bool Head(ReadOnlySpan<byte> head)
    {
        var tab = head.IndexOf((byte)'\t');
        var time = tab < 0 ? head : head[..tab];
        if (!NumberText.TryParse(time.Trim((byte)' '), out var seconds) || !(seconds >= EventTime.MinSeconds && seconds <= EventTime.MaxSeconds))
            return false;
        TimeMs = (long)Math.Round(seconds * 1000);
        var node = tab < 0 ? [] : head[(tab + 1)..].Trim((byte)' ');
        if (node.IsEmpty)
            Node = null;
        else if (Node is null || !node.SequenceEqual(_nodeBytes))
        {
            _nodeBytes = node.ToArray();
            Node = Encoding.UTF8.GetString(node);
        }
        return true;
    }

    private static string Text(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line[..Math.Min(line.Length, 120)]);
}
