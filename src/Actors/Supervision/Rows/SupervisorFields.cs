using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Rows;

/// <summary>Fields that the supervisor's rows and records have in common.</summary>
internal static class SupervisorFields
{
    /// <summary>Bytes of a name, an id or one of Slurm's words.</summary>
    public const int MaxName = 4 * NodeKey.MaxLength;

    /// <summary>Bytes of a sentence.</summary>
    public const int MaxSentence = 8192;

    public static void Write(ref WireWriter writer, NodeKey? node)
    {
        if (node is not { } key)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(2);
        writer.WriteString(key.Cluster);
        writer.WriteString(key.Name);
    }

    public static bool TryRead(ref WireReader reader, out NodeKey? node)
    {
        node = null;
        if (reader.TrySkipNil())
            return true;
        if (!reader.TryReadArrayHeader(2, out var parts) || parts != 2 || !reader.TryReadString(MaxName, out var cluster) || !reader.TryReadString(MaxName, out var name))
            return reader.Refuse(WireFault.OutOfRange);
        if (!NodeKey.TryParse(cluster, name, out var key))
            return reader.Refuse(WireFault.OutOfRange);
        node = key;
        return true;
    }

    public static void Write(ref WireWriter writer, JobIdentity? job)
    {
        if (job is not { } j)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(3);
        writer.WriteString(j.JobId);
        writer.WriteInt(j.SubmitMs);
        writer.WriteInt(j.Restarts);
    }

    public static bool TryRead(ref WireReader reader, out JobIdentity? job)
    {
        job = null;
        if (reader.TrySkipNil())
            return true;
        if (!reader.TryReadArrayHeader(3, out var parts) || parts != 3 || !reader.TryReadString(MaxName, out var id) || !reader.TryReadInt64(out var submit)
            || !reader.TryReadInt32(0, int.MaxValue, out var restarts))
            return reader.Refuse(WireFault.OutOfRange);
        job = new JobIdentity(id, submit, restarts);
        return true;
    }

    public static bool TryReadEnum<T>(ref WireReader reader, out T value)
        where T : struct, Enum
    {
        value = default;
        if (!reader.TryReadInt32(out var number))
            return false;
        value = (T)Enum.ToObject(typeof(T), number);
        return Enum.IsDefined(value) || reader.Refuse(WireFault.OutOfRange);
    }

    public static void Write<T>(ref WireWriter writer, IReadOnlyCollection<T> all)
        where T : IWire<T>
    {
        writer.WriteArrayHeader(all.Count);
        foreach (var one in all)
            one.Write(ref writer);
    }

    public static bool TryRead<T>(ref WireReader reader, int most, [NotNullWhen(true)] out List<T>? all)
        where T : IWire<T>
    {
        all = null;
        if (!reader.TryReadArrayHeader(most, out var count))
            return false;
        var read = new List<T>();
        for (var i = 0; i < count; i++)
        {
            if (!T.TryRead(ref reader, out var one))
                return false;
            read.Add(one);
        }
        all = read;
        return true;
    }
}
