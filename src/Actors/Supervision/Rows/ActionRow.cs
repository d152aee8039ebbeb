using System.Diagnostics.CodeAnalysis;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Supervision.Rows;

/// <summary>An action as it is stored, with what belongs to it and is no part of its life.</summary>
public sealed record ActionRow(ActionRecord Action) : IWire<ActionRow>
{
    private const int LeastFields = 22, Fields = 23;

    /// <summary>The job's, when it was proposed: by what signal it is asked.</summary>
    public Consent Consent { get; init; }

    /// <summary>Of a drain or fence that was done: what Slurm wrote down.</summary>
    public DrainMark? Mark { get; init; }

    /// <summary>Of a fence: when Slurm ends the reservation by itself, as its last answer said; null = it has not yet.</summary>
    public long? FenceEndsMs { get; init; }

    /// <summary>An operator said that it may begin.</summary>
    public bool Approved { get; init; }

    /// <summary>The client in the job has answered the signal.</summary>
    public bool Acknowledged { get; init; }

    /// <summary>And it wrote a checkpoint.</summary>
    public bool Written { get; init; }

    /// <summary>Expected when it was proposed.</summary>
    public double GainNodeSeconds { get; init; }

    /// <summary>Why it waits, in one line; null where it does not.</summary>
    public string? Waits { get; init; }

    /// <summary>When it ended, unix milliseconds; null while it is open.</summary>
    public long? EndedMs => Action.State switch
    {
        Done d => d.AtMs,
        Failed f => f.AtMs,
        Unknown u => u.AtMs,
        Refused r => r.AtMs,
        _ => null,
    };

    /// <summary>How the reason begins where a human looked at an outcome that nobody could tell.</summary>
    internal const string ClosedBy = "closed by ";

    public bool Closed => Action.State is Failed { Why: var why } && why.StartsWith(ClosedBy, StringComparison.Ordinal);

    /// <summary>It was carried out, for real.</summary>
    public bool Happened => Action.State is Done { DryRun: false };

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt(Action.Id.Number);
        writer.WriteInt((int)Action.Kind);
        SupervisorFields.Write(ref writer, Action.Node);
        SupervisorFields.Write(ref writer, Action.Job);
        writer.WriteString(Action.Partition);
        writer.WriteInt(Action.ProposedMs);
        writer.WriteString(Action.Sentence);
        writer.WriteBool(Action.Forced);
        writer.WriteOptionalInt(Action.Undoes?.Number);
        var (tag, a, b, c, text, dry) = State(Action.State);
        writer.WriteInt(tag);
        writer.WriteInt(a);
        writer.WriteInt(b);
        writer.WriteInt(c);
        writer.WriteString(text);
        writer.WriteBool(dry);
        writer.WriteOptionalString(Consent.Signal);
        writer.WriteInt((int)Consent.Requeue);
        writer.WriteOptionalInt(Mark?.SetMs);
        writer.WriteInt((Approved ? 1 : 0) | (Acknowledged ? 2 : 0) | (Written ? 4 : 0));
        writer.WriteDouble(GainNodeSeconds);
        writer.WriteOptionalString(Waits);
        writer.WriteOptionalInt(Mark?.Id.Number);
        writer.WriteOptionalInt(FenceEndsMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out ActionRow? value)
    {
        (value, long? ends) = (null, null);
        if (!reader.TryBeginRecord(1, LeastFields, out var record)
            || !reader.TryReadInt64(out var id)
            || !SupervisorFields.TryReadEnum<ActionKind>(ref reader, out var kind)
            || !SupervisorFields.TryRead(ref reader, out Shared.NodeKey? node)
            || !SupervisorFields.TryRead(ref reader, out Shared.Flow.JobIdentity? job)
            || !reader.TryReadString(SupervisorFields.MaxName, out var partition)
            || !reader.TryReadInt64(out var proposed)
            || !reader.TryReadString(SupervisorFields.MaxSentence, out var sentence)
            || !reader.TryReadBool(out var forced)
            || !reader.TryReadOptionalInt64(out var undoes)
            || !reader.TryReadInt32(0, 6, out var tag)
            || !reader.TryReadInt64(out var a) || !reader.TryReadInt64(out var b) || !reader.TryReadInt64(out var c)
            || !reader.TryReadString(SupervisorFields.MaxSentence, out var text)
            || !reader.TryReadBool(out var dry)
            || !reader.TryReadOptionalString(16, out var signal)
            || !SupervisorFields.TryReadEnum<RequeueConsent>(ref reader, out var requeue)
            || !reader.TryReadOptionalInt64(out var markMs)
            || !reader.TryReadInt32(0, 7, out var flags)
            || !reader.TryReadDouble(out var gain)
            || !reader.TryReadOptionalString(SupervisorFields.MaxSentence, out var waits)
            || !reader.TryReadOptionalInt64(out var markId)
            || (record.Fields >= 23 && !reader.TryReadOptionalInt64(out ends))
            || !reader.TryEndRecord(record, Math.Min(record.Fields, Fields)))
            return false;
        value = new ActionRow(new ActionRecord(new ActionId(id), kind, node, job, partition, proposed, sentence, forced, State(tag, a, b, c, text, dry))
        {
            Undoes = undoes is { } of ? new ActionId(of) : null,
        })
        {
            Consent = new Consent(signal, requeue),
            Mark = markMs is { } ms && markId is { } mark ? new DrainMark(new ActionId(mark), ms) : null,
            FenceEndsMs = ends,
            Approved = (flags & 1) != 0,
            Acknowledged = (flags & 2) != 0,
            Written = (flags & 4) != 0,
            GainNodeSeconds = gain,
            Waits = waits,
        };
        return true;
    }

    /// <summary>The tags are stored: they never change.</summary>
    private static (int Tag, long A, long B, long C, string Text, bool Dry) State(ActionState state) => state switch
    {
        Proposed => (0, 0, 0, 0, "", false),
        Approved a => (1, a.AtMs, 0, 0, "", false),
        Started s => (2, s.Epoch, s.AtMs, s.NotAfterMs, "", false),
        Done d => (3, d.AtMs, 0, 0, d.What, d.DryRun),
        Failed f => (4, f.AtMs, 0, 0, f.Why, false),
        Unknown u => (5, u.AtMs, 0, 0, u.Why, false),
        Refused r => (6, r.AtMs, 0, 0, r.Why, false),
        _ => throw new InvalidOperationException($"{state.GetType().Name} is no state of the closed set"),
    };

    private static ActionState State(int tag, long a, long b, long c, string text, bool dry) => tag switch
    {
        0 => new Proposed(),
        1 => new Approved(a),
        2 => new Started(a, b, c),
        3 => new Done(a, text, dry),
        4 => new Failed(a, text),
        5 => new Unknown(a, text),
        _ => new Refused(a, text),
    };
}
