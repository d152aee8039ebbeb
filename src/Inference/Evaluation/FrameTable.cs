using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Evaluation;

/// <summary>An event on one node: a fault that hits n nodes is n of these, since each node must say so itself.</summary>
/// <param name="EndMs">Exclusive.</param>
public sealed record NodeEvent(int Node, string Fault, long StartMs, long EndMs);

/// <summary>The frames of all segments, node after node and in time within a node, with what the truth says of each.</summary>
public sealed class FrameTable
{
    private FrameTable(int frames)
    {
        TimesMs = new long[frames];
        Scores = new double[frames];
        Alarms = new bool[frames];
        Labels = new sbyte[frames];
        Kept = new bool[frames];
        Calm = new bool[frames];
    }

    public IReadOnlyList<string> Nodes { get; private init; } = [];

    /// <summary>Node n owns the frames Offsets[n] until Offsets[n + 1].</summary>
    public int[] Offsets { get; private init; } = [];

    /// <summary>Per node, milliseconds.</summary>
    public double[] CadenceMs { get; private init; } = [];

    public long[] TimesMs { get; }

    public double[] Scores { get; }

    public bool[] Alarms { get; }

    /// <summary>1 = within an event, 0 = normal, -1 = nobody knows.</summary>
    public sbyte[] Labels { get; }

    /// <summary>Outside the margins of segments.</summary>
    public bool[] Kept { get; }

    /// <summary>Normal, and far from every event.</summary>
    public bool[] Calm { get; }

    public IReadOnlyDictionary<string, double[]> Columns { get; private init; } = new Dictionary<string, double[]>();

    /// <summary>All events that have frames, ordered by node and start.</summary>
    public IReadOnlyList<NodeEvent> Events { get; private set; } = [];

    public int Frames => TimesMs.Length;

    /// <param name="truth">Null: runs of label 1 in the score files are the events. Otherwise these outrank the files' labels.</param>
    /// <param name="jobs">Null: a segment's first and last frame are its boundaries. Otherwise the jobs' starts and ends are.</param>
    public static FrameTable Build(IEnumerable<ScoreSegment> segments, IReadOnlyList<FaultEvent>? truth, IReadOnlyList<JobRun>? jobs, EvalOptions options)
    {
        var byNode = segments.GroupBy(s => s.Node, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.OrderBy(s => s.Frames == 0 ? 0 : s.TimesMs[0]).ToArray()).ToArray();
        var total = byNode.Sum(g => g.Sum(s => (long)s.Frames));
        if (total > Array.MaxLength / 2)
            throw new BadDataException($"{total} frames are more than are evaluated at once ({Array.MaxLength / 2}); cut the scores by node or time");
        var names = byNode.SelectMany(g => g).SelectMany(s => s.Extra).Select(c => c.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var columns = names.ToDictionary(n => n, _ => Filled((int)total), StringComparer.Ordinal);
        var table = new FrameTable((int)total)
        {
            Nodes = [.. byNode.Select(g => g[0].Node)],
            Offsets = new int[byNode.Length + 1],
            CadenceMs = new double[byNode.Length],
            Columns = columns,
        };
        var events = new List<NodeEvent>();
        for (var n = 0; n < byNode.Length; n++)
        {
            table.Offsets[n + 1] = table.Offsets[n] + byNode[n].Sum(s => s.Frames);
            table.CadenceMs[n] = options.Cadence?.TotalMilliseconds ?? MedianSpacing(byNode[n]);
            table.Copy(n, byNode[n], columns);
            Margins.Mark(table, n, byNode[n], jobs, options);
            var own = truth is null ? table.LabelRuns(n) : table.LabelFrom(n, truth);
            table.MarkCalm(n, own, options);
            events.AddRange(own);
        }
        table.Events = events;
        return table;
    }

    public int NodeOf(int frame)
    {
        var found = Array.BinarySearch(Offsets, frame);
        if (found < 0)
            return ~found - 1;
        // Nodes without frames share an offset; the last of them owns it.
        while (Offsets[found + 1] == frame)
            found++;
        return found;
    }

    /// <summary>The first frame of the node at or after a time.</summary>
    public int FirstAt(int node, double timeMs)
    {
        int low = Offsets[node], high = Offsets[node + 1];
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (TimesMs[middle] < timeMs)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void Copy(int node, ScoreSegment[] segments, Dictionary<string, double[]> columns)
    {
        var at = Offsets[node];
        foreach (var s in segments)
        {
            if (s.Frames > 0 && at > Offsets[node] && s.TimesMs[0] <= TimesMs[at - 1])
                throw new BadDataException($"scores of node '{s.Node}', job '{s.Job}' start at {ScoreFile.FormatTime(s.TimesMs[0])}, before the segment before it ends; a node's segments may not overlap");
            s.TimesMs.CopyTo(TimesMs, at);
            s.Scores.CopyTo(Scores, at);
            s.Alarms.CopyTo(Alarms, at);
            s.Labels.CopyTo(Labels, at);
            foreach (var column in s.Extra)
                column.Values.CopyTo(columns[column.Name], at);
            at += s.Frames;
        }
        for (var i = Offsets[node]; i < at; i++)
            Alarms[i] &= !double.IsNaN(Scores[i]);
    }

    private List<NodeEvent> LabelRuns(int node)
    {
        var events = new List<NodeEvent>();
        for (var i = Offsets[node]; i < Offsets[node + 1]; i++)
        {
            if (Labels[i] != 1)
                continue;
            var first = i;
            while (i + 1 < Offsets[node + 1] && Labels[i + 1] == 1)
                i++;
            events.Add(new NodeEvent(node, "fault", TimesMs[first], TimesMs[i] + Math.Max(1, (long)CadenceMs[node])));
        }
        return events;
    }

    private List<NodeEvent> LabelFrom(int node, IReadOnlyList<FaultEvent> truth)
    {
        Array.Clear(Labels, Offsets[node], Offsets[node + 1] - Offsets[node]);
        var events = new List<NodeEvent>();
        foreach (var fault in truth.OrderBy(f => f.StartMs).Where(f => f.Nodes.Count == 0 || f.Nodes.Contains(Nodes[node])))
        {
            var first = FirstAt(node, fault.StartMs);
            var end = FirstAt(node, fault.EndMs);
            Labels.AsSpan(first, end - first).Fill(1);
            if (end > first)
                events.Add(new NodeEvent(node, fault.Fault, fault.StartMs, fault.EndMs));
        }
        return events;
    }

    private void MarkCalm(int node, List<NodeEvent> events, EvalOptions options)
    {
        for (var i = Offsets[node]; i < Offsets[node + 1]; i++)
            Calm[i] = Kept[i] && Labels[i] == 0;
        foreach (var e in events)
        {
            var end = FirstAt(node, e.EndMs + options.CalmDistance.TotalMilliseconds);
            for (var i = FirstAt(node, e.StartMs - options.CalmDistance.TotalMilliseconds); i < end; i++)
                Calm[i] = false;
        }
    }

    private static double MedianSpacing(ScoreSegment[] segments)
    {
        var spacings = new List<long>();
        foreach (var s in segments)
        {
            for (var i = 1; i < s.Frames; i++)
                spacings.Add(s.TimesMs[i] - s.TimesMs[i - 1]);
        }
        if (spacings.Count == 0)
            return 1000;
        spacings.Sort();
        return spacings[spacings.Count / 2];
    }

    private static double[] Filled(int frames)
    {
        var values = new double[frames];
        Array.Fill(values, double.NaN);
        return values;
    }
}
