using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes;

/// <summary>What a node still has to take in, in the order of the log: a frame that is being scored holds up what came after it, so that the result
/// does not depend on how records were put together into steps.</summary>
internal abstract record NodeWork;

/// <param name="Row">In the order of the schema; lent by the room, and longer than it may be.</param>
/// <param name="Devices">Per column the device whose value it is, null where it is the whole node's; lent by the room.</param>
internal sealed record FrameWork(long TimeMs, MetricSchema Schema, float[] Row, string?[] Devices) : NodeWork;

internal sealed record JobWork(JobEvent Said) : NodeWork;

internal sealed record SchedulerWork(NodeState State) : NodeWork;

internal sealed record IdentityWork(NodeIdentity Seen, long AtMs) : NodeWork;

/// <summary>Silent for too long while others are not.</summary>
internal sealed record SilenceWork(long SinceMs, long AtMs) : NodeWork;

internal sealed record LibraryWork(LiveLibrary Library) : NodeWork;
