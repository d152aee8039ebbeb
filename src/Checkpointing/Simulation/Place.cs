using Tocsin.Checkpointing.Policies;
using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Simulation;

internal enum Doing
{
    Computing,
    Checkpointing,

    /// <summary>A checkpoint that a move follows.</summary>
    Leaving,
    Moving,

    /// <summary>Failed: noticed and requeued at the end of it.</summary>
    Down,

    /// <summary>Requeued, and no node free for it.</summary>
    Waiting,
    Restarting,
}

/// <summary>One place of the machine and the job in it. Times are seconds since the start.</summary>
internal sealed class Place(int index, int[] nodes, string name)
{
    public int Index => index;

    /// <summary>-1 = failed and not replaced yet.</summary>
    public int[] Nodes => nodes;

    public long[] InServiceMs { get; } = [.. Enumerable.Repeat(long.MinValue, nodes.Length)];

    public List<NodePrediction> Predictions { get; } = [];

    public Doing Doing { get; set; } = Doing.Computing;

    /// <summary>Events of the queue that carry another number are of a life that is over.</summary>
    public int Version { get; set; }

    /// <summary>Work that the job still has from <see cref="SavedS"/> on.</summary>
    public double LeftS { get; set; }

    public double RunningSinceS { get; set; }

    public double SavedS { get; set; }

    public double FirstRunS { get; set; }

    /// <summary>Seconds of the job's checkpoints since <see cref="FirstRunS"/>.</summary>
    public double SpentS { get; set; }

    public double? LastActionS { get; set; }

    public double? LastMoveS { get; set; }

    /// <summary>When what it is doing began.</summary>
    public double SinceS { get; set; }

    public double FailedS { get; set; }

    /// <summary>Work that is unsaved while it writes a checkpoint.</summary>
    public double PendingS { get; set; }

    public int Missing { get; set; }

    public int Suspect { get; set; } = -1;

    public int Successor { get; set; } = -1;

    public double SuspectUntilS { get; set; }

    public JobIdentity Job { get; } = new(name, 0, 0);

    public void BeginRun(double nowS)
    {
        (RunningSinceS, SavedS, LastActionS) = (nowS, nowS, null);
        Doing = Doing.Computing;
    }
}
