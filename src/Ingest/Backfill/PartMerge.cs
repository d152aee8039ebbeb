using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Ingest.Backfill;

/// <summary>Scrapes of many nodes, each node's in files one after another, as one sequence in the order of time: what plays a recording takes its scrapes as they stand.</summary>
internal sealed class PartMerge(string folder)
{
    /// <summary>Files read at the same time; more nodes are merged in turns, by way of files between.</summary>
    private const int MostOpen = 200;

    /// <param name="nodes">Each a node's files in their order.</param>
    /// <param name="each">Time, node, body; the body is valid during the call.</param>
    public void Run(IReadOnlyList<IReadOnlyList<string>> nodes, IReadOnlyList<string> names, Action<long, string, ReadOnlyMemory<byte>> each)
    {
        var sources = nodes.Select((files, i) => new Source(files, names[i])).ToList();
        for (var turn = 0; sources.Count > MostOpen; turn++)
        {
            var merged = new List<Source>();
            foreach (var group in sources.Chunk(MostOpen))
            {
                var path = Path.Combine(folder, $"merged.{turn}.{merged.Count:000000}");
                Directory.CreateDirectory(path);
                using (var writer = new RecordingWriter(path, null))
                    Merge(group, (time, node, body) => writer.Write(time, node, body));
                merged.Add(new Source([Path.Combine(path, ScrapeRecording.ScrapesFile)], null));
            }
            sources = merged;
        }
        Merge(sources, each);
    }

    private static void Merge(IReadOnlyList<Source> sources, Action<long, string, ReadOnlyMemory<byte>> each)
    {
        var next = new PriorityQueue<Source, (long TimeMs, int Order)>();
        try
        {
            for (var i = 0; i < sources.Count; i++)
                Enqueue(i);
            while (next.TryDequeue(out var source, out var at))
            {
                each(at.TimeMs, source.Node, source.Body);
                Enqueue(at.Order);
            }
        }
        finally
        {
            foreach (var source in sources)
                source.Close();
        }

        void Enqueue(int i)
        {
            if (sources[i].Next())
                next.Enqueue(sources[i], (sources[i].TimeMs, i));
        }
    }

    /// <param name="name">Null: the files say it.</param>
    private sealed class Source(IReadOnlyList<string> files, string? name)
    {
        private GzipFile? _open;
        private ScrapeReader? _reader;
        private int _file;

        public long TimeMs => _reader!.TimeMs;

        public string Node => name ?? _reader!.Node ?? "";

        public ReadOnlyMemory<byte> Body => _reader!.Body.ToArray();

        public bool Next()
        {
            while (_reader is null || !_reader.Next())
            {
                Close();
                if (_file == files.Count)
                    return false;
                _open = new GzipFile(files[_file]);
                _reader = new ScrapeReader(_open, Path.GetFileName(files[_file++]), new Rejections());
            }
            return true;
        }

        public void Close()
        {
            _open?.Dispose();
            (_open, _reader) = (null, null);
        }
    }
}
