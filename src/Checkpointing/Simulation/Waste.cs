namespace Tocsin.Checkpointing.Simulation;

/// <summary>Where the node-time of one run went, in node-seconds.</summary>
public sealed record Waste
{
    public double Checkpoints { get; internal set; }

    /// <summary>Work that was done and not saved when a node failed.</summary>
    public double Lost { get; internal set; }

    /// <summary>From a failure until the job computes again, waits for a free node included.</summary>
    public double Restarts { get; internal set; }

    /// <summary>Planned moves, beside their checkpoints.</summary>
    public double Moves { get; internal set; }

    /// <summary>All node-seconds of the places.</summary>
    public double Total { get; internal set; }

    public int CheckpointCount { get; internal set; }

    public int MoveCount { get; internal set; }

    /// <summary>Failures that struck a running job.</summary>
    public int Strikes { get; internal set; }

    /// <summary>The largest share of a job's time that its checkpoints had taken when one of them ended.</summary>
    public double WorstOverhead { get; internal set; }

    /// <summary>Nodes that jobs lost, those of jobs that were down already included.</summary>
    public int NodesLost { get; internal set; }

    /// <summary>Of <see cref="NodesLost"/>: no spare was free.</summary>
    public int Waits { get; internal set; }

    public long Events { get; internal set; }

    /// <summary>Seconds between a failure and the job computing again, summed over <see cref="Strikes"/>.</summary>
    public double RecoveryS { get; internal set; }

    public double Share => (Checkpoints + Lost + Restarts + Moves) / Total;

    public double OverheadShare => Checkpoints / Total;
}
