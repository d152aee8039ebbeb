using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Learning;

/// <summary>The frames of segments that have not ended, a file a node, so that a kill loses few of them. One thread at a time.</summary>
public sealed class OpenFiles(string folder, long cadenceMs, Action<string> say)
{
    private const string Ending = ".open";

    public IEnumerable<OpenFrames> Load()
    {
        Directory.CreateDirectory(folder);
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Ending))
        {
            if (WholeFile.Read(path, say) is not { } bytes || !SegmentBytes.TryRead(bytes, out var segment, out _) || segment.Frames == 0)
            {
                WholeFile.Delete(path, say);
                continue;
            }
            var frames = new OpenFrames(segment.Node, segment.Metrics);
            for (var t = 0; t < segment.Frames; t++)
                frames.Add(segment.TimesMs[t], segment.Metrics, segment.Row(t), common: false);
            frames.Saved();
            yield return frames;
        }
    }

    public void Save(OpenFrames frames)
    {
        var (times, values) = frames.Copy(0, frames.Count);
        var bytes = SegmentBytes.Write(new Segment
        {
            Node = frames.Node,
            Jobs = [],
            StartMs = times.Length == 0 ? 0 : times[0],
            EndMs = null,
            CadenceMs = cadenceMs,
            Metrics = frames.Schema,
            TimesMs = times,
            Values = values,
        });
        if (WholeFile.Write(PathOf(frames.Node), bytes, say))
            frames.Saved();
    }

    public void Delete(NodeKey node) => WholeFile.Delete(PathOf(node), say);

    private string PathOf(NodeKey node) => Path.Combine(folder, Corpus.IdOf(node, 0) + Ending);
}
