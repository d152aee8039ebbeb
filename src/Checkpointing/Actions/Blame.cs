using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Actions;

/// <summary>What may be done, by whose fault it is.</summary>
/// <param name="Move">Drain the node and move the job.</param>
/// <param name="Checkpoint">Ask the job for one, if it opted in.</param>
/// <param name="SiteAlert">One alert for the site instead of one a node.</param>
public readonly record struct Blame(bool Move, bool Checkpoint, bool SiteAlert)
{
    /// <summary>A leaking job takes its leak along, so only a node's fault moves anything; who knows no cause only tells.</summary>
    public static Blame Of(AlertCause cause) => cause switch
    {
        AlertCause.Node => new Blame(Move: true, Checkpoint: true, SiteAlert: false),
        AlertCause.Job => new Blame(Move: false, Checkpoint: true, SiteAlert: false),
        AlertCause.Shared => new Blame(Move: false, Checkpoint: false, SiteAlert: true),
        _ => new Blame(Move: false, Checkpoint: false, SiteAlert: false),
    };
}
