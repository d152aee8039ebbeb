using System.Diagnostics.CodeAnalysis;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Records;

/// <summary>Stored: the numbers never change.</summary>
public enum JobWord
{
    /// <summary>A client in this run handles the signal.</summary>
    Register = 0,

    /// <summary>Its owner wants a checkpoint.</summary>
    Ask = 1,

    /// <summary>A checkpoint was written, or could not be.</summary>
    Acknowledge = 2,
}

/// <summary>A word of the job's owner, who is known to own that run. A record of the control topic.</summary>
/// <param name="Action">That is acknowledged; 0 = a checkpoint that the job wrote of itself.</param>
/// <param name="Seconds">That it took; 0..86,400.</param>
/// <param name="Signal">USR1 or USR2, of a registration.</param>
public sealed record JobSaid(JobWord Word, JobIdentity Job, long Action, bool Written, double Seconds, string? Signal) : IWire<JobSaid>
{
    private const int Fields = 6;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt((int)Word);
        SupervisorFields.Write(ref writer, (JobIdentity?)Job);
        writer.WriteInt(Action);
        writer.WriteBool(Written);
        writer.WriteDouble(Seconds);
        writer.WriteOptionalString(Signal);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out JobSaid? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !SupervisorFields.TryReadEnum<JobWord>(ref reader, out var word)
            || !SupervisorFields.TryRead(ref reader, out JobIdentity? job) || job is not { } j
            || !reader.TryReadInt64(out var action)
            || !reader.TryReadBool(out var written)
            || !reader.TryReadDouble(out var seconds)
            || !reader.TryReadOptionalString(16, out var signal)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new JobSaid(word, j, action, written, seconds, signal);
        return true;
    }
}
