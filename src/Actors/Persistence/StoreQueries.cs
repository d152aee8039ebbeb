using Tocsin.Actors.Log;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Persistence;

/// <summary>Alerts that were open between from and until, the highest number first; null = all.</summary>
/// <param name="FromMs">Open at it, or cleared at or after it.</param>
/// <param name="UntilMs">Raised before it.</param>
/// <param name="Node">The node's name, without the cluster: among those that show it, or named in the labels.</param>
/// <param name="Before">Only lower numbers: the page after the one that ended with it.</param>
/// <param name="Limit">1 to <see cref="MaxLimit"/>.</param>
public sealed record AlertQuery(
    long? FromMs = null, long? UntilMs = null, string? Node = null, string? Job = null, FaultKind? Kind = null, Severity? AtLeast = null, bool? Open = null, long? Before = null, int Limit = 100)
{
    public const int MaxLimit = 1001;
}

/// <summary>Segments that touch [from, until), by node and start.</summary>
public sealed record SegmentQuery(long? FromMs = null, long? UntilMs = null, NodeKey? Node = null, SegmentKey? After = null, int Limit = 1000);

/// <summary>Runs that touch [from, until), newest start first; each by the word of its highest source alone, also where the others name another start.</summary>
public sealed record JobQuery(long? FromMs = null, long? UntilMs = null, string? JobId = null, JobKey? After = null, int Limit = 100);

/// <summary>What is on its way to a sink.</summary>
/// <param name="Number">Rises in the order of the commits.</param>
/// <param name="Why">Why it did not go yet; null = it was not tried.</param>
public sealed record OutboxEntry(long Number, string Sink, string Alert, int Revision, byte[] Payload, long CreatedMs, int Attempts, string? Why = null);

/// <summary>Entries of the outbox that are not to be delivered any more.</summary>
/// <param name="Alert">Null = of all alerts.</param>
/// <param name="To">Inclusive.</param>
public sealed record OutboxRange(string Sink, string? Alert = null, int From = 0, int To = int.MaxValue);

/// <summary>What was given up.</summary>
public sealed record AbandonedEntry(OutboxEntry Entry, string Reason, long AtMs);

/// <summary>A finding that is committed and not yet in the topic of findings.</summary>
/// <param name="Number">Rises in the order of the commits: with it a receiver tells what it has seen.</param>
public sealed record PendingFinding(long Number, TopicPartition Shard, string Key, byte[] Payload);

public sealed record DeadLetter(TopicPartition Shard, long Offset, string Reason, long AtMs);

/// <summary>A shard as it is stored, without acquiring it.</summary>
public sealed record StoredShard(TopicPartition Shard, long Epoch, long NextOffset);

/// <param name="ActivatedMs">Null before it was.</param>
/// <param name="Words">What it was made of and by whom; null: not told.</param>
public sealed record LibraryRow(long Version, string Path, long? ActivatedMs, string? Words = null);

/// <summary>Labels that touch [from, until), the highest number first; null = all.</summary>
/// <param name="Fault">Only faults, or only what is normal.</param>
/// <param name="Standing">Only those that are not undone, or only those that are.</param>
/// <param name="Before">Only lower numbers.</param>
public sealed record LabelQuery(NodeKey? Node = null, long? FromMs = null, long? UntilMs = null, bool? Fault = null, bool? Standing = true, long? Before = null, int Limit = 1000);

/// <summary>Older rows go; null keeps all of a kind. Open alerts, segments and jobs always stay.</summary>
public sealed record Prune(long? AlertsBeforeMs, long? SegmentsBeforeMs, long? JobsBeforeMs, long? DeadLettersBeforeMs);

/// <summary>Verdicts, the highest number first; null = all.</summary>
/// <param name="Alerts">On one of these.</param>
/// <param name="StandingMs">Neither undone nor over then, or not so: see <paramref name="Standing"/>.</param>
/// <param name="Untold">Only those that the log was not told of as they are now.</param>
/// <param name="Before">Only lower numbers.</param>
public sealed record VerdictQuery(IReadOnlyCollection<AlertId>? Alerts = null, VerdictWord? Word = null, bool? Standing = null, long StandingMs = 0, bool Untold = false, long? Before = null, int Limit = 1000);

/// <param name="Told">As it is now the log has it: it is in force.</param>
public sealed record StoredVerdict(Verdict Verdict, bool Told, long Muted, long? MutedMs);
