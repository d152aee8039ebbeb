using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Wire;

namespace Tocsin.Shared.Flow;

/// <summary>Who says it; the higher outranks the lower. Stored: the numbers never change.</summary>
public enum JobEventSource
{
    /// <summary>A prolog or epilog: at once, and not always. It misses crashes, and its clock is its host's.</summary>
    Hook = 0,

    /// <summary>A file of jobs.</summary>
    File = 1,

    /// <summary>sacct or slurmrestd: late, and right.</summary>
    Accounting = 2,
}

/// <summary>Stored: the numbers never change.</summary>
public enum JobState
{
    Unknown = 0,
    Running = 1,
    Completed = 2,
    Failed = 3,
    Cancelled = 4,
    TimedOut = 5,
    NodeFailed = 6,
    OutOfMemory = 7,
    Preempted = 8,

    /// <summary>This run is over, the job runs again under the same id.</summary>
    Requeued = 9,
    BootFailed = 10,
    PastDeadline = 11,

    /// <summary>This run is over, the job goes on with other nodes under the same id.</summary>
    Resized = 12,
    Suspended = 13,

    /// <summary>The scheduler forgot it: its id was given to another job, or it vanished from the accounting. Its end is the latest that it can have.</summary>
    Lost = 14,

    /// <summary>A hook told of it and the accounting knows nothing of it; its end is its start.</summary>
    NeverRan = 15,
}

/// <summary>Stage 2, in: what one source knows of one run of a job. An upsert: the same again changes nothing, in any order.</summary>
/// <remarks>A run is known by (<see cref="JobId"/>, <see cref="StartMs"/>): a requeued job has another start, a reused id too. At least one of
/// <see cref="StartMs"/> and <see cref="EndMs"/> is there: an epilog knows no start. All times are unix milliseconds.</remarks>
public sealed record JobEvent : IWire<JobEvent>
{
    /// <summary>Characters of <see cref="JobId"/>.</summary>
    public const int MaxJobId = 64;

    /// <summary>Characters of <see cref="JobName"/> and of <see cref="User"/>; what is longer is cut.</summary>
    public const int MaxText = 256;

    /// <summary>Characters of <see cref="NodeList"/>.</summary>
    public const int MaxNodeList = 1 << 20;

    /// <summary>Records from before exit codes were kept end without one.</summary>
    private const int LeastFields = 11, Fields = 12;

    private const int MaxExit = 16;

    public required JobEventSource Source { get; init; }

    /// <summary>Slurm's JobID: <c>12</c>, <c>12_3</c> of an array, <c>12+1</c> of a heterogeneous job.</summary>
    public required string JobId { get; init; }

    /// <summary>Hostile text, cut; empty where the source does not tell.</summary>
    public string JobName { get; init; } = "";

    /// <summary>Hostile text, cut; null where the source does not tell.</summary>
    public string? User { get; init; }

    public long? SubmitMs { get; init; }

    public long? StartMs { get; init; }

    /// <summary>Exclusive; null while it runs. The same as the start: it never ran.</summary>
    public long? EndMs { get; init; }

    public JobState State { get; init; }

    /// <summary>When the source said so. Of two words of one source on one run the later one holds.</summary>
    public required long AsOfMs { get; init; }

    /// <summary>Checked names in Slurm's form, sorted and compressed, the same for the same set of nodes: <c>n[001-008,012]</c>.</summary>
    public required string NodeList { get; init; }

    /// <summary>How many nodes <see cref="NodeList"/> names, 1 or more.</summary>
    public required int NodeCount { get; init; }

    /// <summary>Slurm's: exit status and signal, e.g. <c>1:0</c>; null while it runs and where the source does not tell.</summary>
    public string? ExitCode { get; init; }

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteInt((int)Source);
        writer.WriteString(JobId);
        writer.WriteString(JobName);
        writer.WriteOptionalString(User);
        writer.WriteOptionalInt(SubmitMs);
        writer.WriteOptionalInt(StartMs);
        writer.WriteOptionalInt(EndMs);
        writer.WriteInt((int)State);
        writer.WriteInt(AsOfMs);
        writer.WriteString(NodeList);
        writer.WriteInt(NodeCount);
        writer.WriteOptionalString(ExitCode);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out JobEvent? value)
    {
        (value, string? exit) = (null, null);
        if (!reader.TryBeginRecord(1, LeastFields, out var record)
            || !reader.TryReadInt32(0, (int)JobEventSource.Accounting, out var source)
            || !reader.TryReadString(4 * MaxJobId, out var id)
            || !reader.TryReadString(4 * MaxText, out var name)
            || !reader.TryReadOptionalString(4 * MaxText, out var user)
            || !reader.TryReadOptionalInt64(out var submit)
            || !reader.TryReadOptionalInt64(out var start)
            || !reader.TryReadOptionalInt64(out var end)
            || !reader.TryReadInt32(0, int.MaxValue, out var state)
            || !reader.TryReadInt64(out var asOf)
            || !reader.TryReadString(MaxNodeList, out var nodes)
            || !reader.TryReadInt32(1, int.MaxValue, out var count)
            || (record.Fields >= Fields && !reader.TryReadOptionalString(MaxExit, out exit))
            || !reader.TryEndRecord(record, Math.Min(record.Fields, Fields)))
            return false;
        if (start is null && end is null)
            return reader.Refuse(WireFault.OutOfRange);
        value = new JobEvent
        {
            Source = (JobEventSource)source,
            JobId = id,
            JobName = name,
            User = user,
            SubmitMs = submit,
            StartMs = start,
            EndMs = end,
            // A newer member may know more states.
            State = state <= (int)JobState.NeverRan ? (JobState)state : JobState.Unknown,
            AsOfMs = asOf,
            NodeList = nodes,
            NodeCount = count,
            ExitCode = exit,
        };
        return true;
    }
}

/// <summary>What sources of job events hand them to: the log, or a test. Called by many sources at once.</summary>
public interface IJobEventSink
{
    /// <summary>All of the events with all of their nodes, or none; <see cref="Appended"/> only when every node's record is in the log. Failures are answers, not exceptions.
    /// Sending again what got no answer does no harm.</summary>
    ValueTask<AppendResult> AppendAsync(IReadOnlyList<JobEvent> events, CancellationToken stop);
}
