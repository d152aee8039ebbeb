using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Rows;

/// <summary>What is remembered of a job from run to run. Times are unix milliseconds.</summary>
/// <param name="Identity">Of its newest run.</param>
/// <param name="FirstRunMs">When it began to compute first: its runs share one budget.</param>
/// <param name="RunMs">When this run began.</param>
/// <param name="SavedMs">Work done after this is lost if a node fails now.</param>
public sealed record JobRow(JobIdentity Identity, string RawId, uint Uid, string Partition, int Nodes, long FirstRunMs, long RunMs, long SavedMs) : IWire<JobRow>
{
    private const int Fields = 18, FirstFields = 14;

    /// <summary>The last checkpoint that it acknowledged; null = none.</summary>
    public long? CheckpointMs { get; init; }

    /// <summary>Seconds of the job, all runs, that went into checkpoints.</summary>
    public double SpentS { get; init; }

    public long? LastActionMs { get; init; }

    public long? LastMoveMs { get; init; }

    /// <summary>That a client in this run handles; null = none has registered.</summary>
    public string? Signal { get; init; }

    /// <summary>It was not running any more when Slurm was asked; null while it runs.</summary>
    public long? GoneMs { get; init; }

    /// <summary>When it went its node had failed: until it runs again is what a failure costs.</summary>
    public bool Interrupted { get; init; }

    /// <summary>Checkpoints that it told of unasked since <see cref="AcksFromMs"/>: for their limit of rate.</summary>
    public int Acks { get; init; }

    public long AcksFromMs { get; init; }

    /// <summary>What was logged of it last, so that a hold is logged where its reason changes, also across a restart; null = nothing was.</summary>
    public int? Noted { get; init; }

    public string Id => Identity.JobId;

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        SupervisorFields.Write(ref writer, (JobIdentity?)Identity);
        writer.WriteString(RawId);
        writer.WriteInt(Uid);
        writer.WriteString(Partition);
        writer.WriteInt(Nodes);
        writer.WriteInt(FirstRunMs);
        writer.WriteInt(RunMs);
        writer.WriteInt(SavedMs);
        writer.WriteOptionalInt(CheckpointMs);
        writer.WriteDouble(SpentS);
        writer.WriteOptionalInt(LastActionMs);
        writer.WriteOptionalInt(LastMoveMs);
        writer.WriteOptionalString(Signal);
        writer.WriteOptionalInt(GoneMs);
        writer.WriteBool(Interrupted);
        writer.WriteInt(Acks);
        writer.WriteInt(AcksFromMs);
        writer.WriteOptionalInt(Noted);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out JobRow? value)
    {
        value = null;
        var (interrupted, acks, acksFrom, noted) = (false, 0, 0L, (long?)null);
        if (!reader.TryBeginRecord(1, FirstFields, out var record)
            || !SupervisorFields.TryRead(ref reader, out JobIdentity? identity) || identity is not { } job
            || !reader.TryReadString(SupervisorFields.MaxName, out var raw)
            || !reader.TryReadInt64(out var uid)
            || !reader.TryReadString(SupervisorFields.MaxName, out var partition)
            || !reader.TryReadInt32(0, int.MaxValue, out var nodes)
            || !reader.TryReadInt64(out var first) || !reader.TryReadInt64(out var run) || !reader.TryReadInt64(out var saved)
            || !reader.TryReadOptionalInt64(out var checkpoint)
            || !reader.TryReadDouble(out var spent)
            || !reader.TryReadOptionalInt64(out var action) || !reader.TryReadOptionalInt64(out var move)
            || !reader.TryReadOptionalString(16, out var signal)
            || !reader.TryReadOptionalInt64(out var gone)
            || (record.Fields >= Fields && !(reader.TryReadBool(out interrupted) && reader.TryReadInt32(0, int.MaxValue, out acks) && reader.TryReadInt64(out acksFrom) && reader.TryReadOptionalInt64(out noted)))
            || !reader.TryEndRecord(record, record.Fields >= Fields ? Fields : FirstFields))
            return false;
        value = new JobRow(job, raw, (uint)uid, partition, nodes, first, run, saved)
        {
            CheckpointMs = checkpoint,
            SpentS = spent,
            LastActionMs = action,
            LastMoveMs = move,
            Signal = signal,
            GoneMs = gone,
            Interrupted = interrupted,
            Acks = acks,
            AcksFromMs = acksFrom,
            Noted = (int?)noted,
        };
        return true;
    }
}
