using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision;

/// <summary>Why a node should take no new jobs, as its own health check is told.</summary>
/// <param name="Alert">Open, and the node's own fault.</param>
public sealed record NodeWord(NodeKey Node, string Partition, AlertId Alert, FaultKind Kind)
{
    /// <summary>The drain that its check may make of it: what is vetoed of drains is vetoed of this.</summary>
    internal ActionRecord AsDrain => new(default, ActionKind.Drain, Node, null, Partition, 0, "", false, new Proposed());
}
