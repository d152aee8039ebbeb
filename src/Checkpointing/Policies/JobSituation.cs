using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Policies;

/// <summary>A job at one moment: all that a policy may look at. Times are unix milliseconds.</summary>
public readonly record struct JobSituation
{
    public required JobIdentity Job { get; init; }

    public required long NowMs { get; init; }

    /// <summary>Nodes; 1 or more.</summary>
    public required int Nodes { get; init; }

    /// <summary>What its costs are learned by: jobs of one kind write checkpoints of one size. Any number.</summary>
    public int Kind { get; init; }

    /// <summary>When this run began to compute.</summary>
    public required long RunningSinceMs { get; init; }

    /// <summary>Work done after this is lost if a node fails now: the moment that the last checkpoint holds, or the start of the run.</summary>
    public required long SavedMs { get; init; }

    /// <summary>When the last checkpoint or move of this run ended; null where none did.</summary>
    public long? LastActionMs { get; init; }

    /// <summary>When the job was moved last, in whichever run; null where it never was.</summary>
    public long? LastMoveMs { get; init; }

    /// <summary>When the job began to compute first; its runs since then share one budget. Null = with this run.</summary>
    public long? FirstRunMs { get; init; }

    /// <summary>Seconds of the job, all runs, that went into checkpoints.</summary>
    public double CheckpointSpentS { get; init; }

    /// <summary>How busy the system is that checkpoints are written to, 0..1: the paper's I.</summary>
    public double Load { get; init; }

    /// <summary>In force for the job's nodes; null = none.</summary>
    public IReadOnlyList<NodePrediction>? Predictions { get; init; }

    /// <summary>Since when each of its nodes is in service without a failure; <see cref="long.MinValue"/> where unknown; null = all unknown.</summary>
    public IReadOnlyList<long>? InServiceSinceMs { get; init; }

    /// <summary>The best spare, ranked by whoever knows (<c>Migration</c>); null = none is free.</summary>
    public NodeKey? Target { get; init; }

    /// <summary>An action of this job is under way.</summary>
    public bool Busy { get; init; }

    public required bool CanCheckpoint { get; init; }

    public bool CanMigrate { get; init; }

    public double UnsavedS => Math.Max(0, NowMs - SavedMs) / 1000.0;
}
