using Tocsin.Checkpointing.Policies;
using Tocsin.Shared;
using Tocsin.Shared.Wire;

namespace Tocsin.Checkpointing.Learning;

/// <summary>What was learned, as it is stored. Ages of nodes are not: they are looked at by nobody unless told to, and come again with the watch.</summary>
public sealed partial class Learned
{
    /// <summary>Kinds of jobs whose checkpoints are kept apart, and predictions in force: far more than a cluster has.</summary>
    private const int MostKinds = 4096, MostOpen = 100_000;

    private const int Fields = 11;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteDoubles((double[])[Failures, NodeSeconds, _stretch, _jobSeconds, _jobEnds]);
        foreach (var mean in (RunningMean[])[_checkpoint, _restart, _down, _move])
            Write(ref writer, mean);
        // The kinds that were seen most: the others start again from all of them together.
        var kinds = _checkpoints.OrderByDescending(k => k.Value.Weight).ThenBy(k => k.Key).Take(MostKinds).ToList();
        writer.WriteArrayHeader(kinds.Count);
        foreach (var (kind, mean) in kinds)
        {
            writer.WriteInt(kind);
            Write(ref writer, mean);
        }
        _leads.Write(ref writer);
        _trust.Write(ref writer);
        var open = _open.Values.SelectMany(p => p).OrderBy(p => p.Id).Take(MostOpen).ToList();
        writer.WriteArrayHeader(open.Count);
        foreach (var p in open)
        {
            writer.WriteInt(p.Id);
            writer.WriteString(p.Node.Cluster);
            writer.WriteString(p.Node.Name);
            writer.WriteInt(p.IssuedMs);
            writer.WriteInt(p.FromMs);
            writer.WriteInt(p.UntilMs);
            writer.WriteDouble(p.Confidence);
        }
    }

    /// <summary>Into one that has learned nothing yet.</summary>
    /// <returns>False: the bytes are none, and this is not to be used.</returns>
    public bool TryRead(ref WireReader reader)
    {
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadDoubles(5, out var sums)
            || !TryRead(ref reader, out _checkpoint) || !TryRead(ref reader, out _restart) || !TryRead(ref reader, out _down) || !TryRead(ref reader, out _move)
            || !reader.TryReadArrayHeader(MostKinds, out var kinds))
            return false;
        if (sums.Length != 5)
            return reader.Refuse(WireFault.OutOfRange);
        (Failures, NodeSeconds, _stretch, _jobSeconds, _jobEnds) = (sums[0], sums[1], sums[2] is >= 1 and <= MostStretch ? sums[2] : 1, sums[3], (int)sums[4]);
        for (var i = 0; i < kinds; i++)
        {
            if (!reader.TryReadInt32(out var kind) || !TryRead(ref reader, out var mean))
                return false;
            _checkpoints[kind] = mean;
        }
        return _leads.TryRead(ref reader) && _trust.TryRead(ref reader) && TryReadOpen(ref reader) && reader.TryEndRecord(record, Math.Min(record.Fields, Fields));
    }

    private bool TryReadOpen(ref WireReader reader)
    {
        if (!reader.TryReadArrayHeader(MostOpen, out var count))
            return false;
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadInt64(out var id)
                || !reader.TryReadString(4 * NodeKey.MaxLength, out var cluster) || !reader.TryReadString(4 * NodeKey.MaxLength, out var name)
                || !reader.TryReadInt64(out var issued) || !reader.TryReadInt64(out var from) || !reader.TryReadInt64(out var until) || !reader.TryReadDouble(out var confidence))
                return false;
            if (!NodeKey.TryParse(cluster, name, out var node))
                return reader.Refuse(WireFault.OutOfRange);
            Predicted(new NodePrediction(id, node, issued, from, until, confidence));
        }
        return true;
    }

    private static void Write(ref WireWriter writer, RunningMean mean) => writer.WriteDoubles((double[])[mean.Weight, mean.Mean, mean.Square]);

    private static bool TryRead(ref WireReader reader, out RunningMean mean)
    {
        mean = default;
        if (!reader.TryReadDoubles(3, out var parts))
            return false;
        if (parts.Length != 3)
            return reader.Refuse(WireFault.OutOfRange);
        mean = new RunningMean(parts[0], parts[1], parts[2]);
        return true;
    }
}
