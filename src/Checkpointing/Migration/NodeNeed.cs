namespace Tocsin.Checkpointing.Migration;

/// <summary>What of a node may be given to a job, as the scheduler counts it: not what its processes use, of which the page cache is a part.</summary>
/// <param name="FreeCores">That no job has, and that are in service.</param>
/// <param name="Cores">All; 0 = unknown.</param>
/// <param name="FreeMb">Memory that no job was promised, 2^20 bytes.</param>
/// <param name="MemoryMb">All; 0 = unknown.</param>
public readonly record struct NodeRoom(int FreeCores, int Cores, double FreeMb, double MemoryMb);

/// <summary>What a job takes of each of its nodes: its share of the whole, spread evenly.</summary>
/// <param name="Cores">0 = unknown.</param>
/// <param name="MemoryMb">2^20 bytes; 0 = unknown.</param>
/// <param name="Alone">It shares a node with nobody, or needs what is not counted here (graphics cards and other gres).</param>
public readonly record struct NodeNeed(double Cores, double MemoryMb, bool Alone)
{
    private const double Most = 1000;

    /// <summary>Of what it needs the smaller share that is free there, 0 to 1000: from 1 on it fits. Where nothing is known 1 of an idle node and 0 of a partly used one.</summary>
    public double FreeShare(NodeRoom room, bool idle)
    {
        if (!idle && (Alone || Cores <= 0 || room.Cores <= 0))
            return 0;
        var cores = Cores > 0 && room.Cores > 0 ? room.FreeCores / Cores : double.PositiveInfinity;
        var memory = MemoryMb > 0 && room.MemoryMb > 0 ? Math.Max(0, room.FreeMb) / MemoryMb : double.PositiveInfinity;
        var share = Math.Min(cores, memory);
        return double.IsPositiveInfinity(share) ? 1 : Math.Min(share, Most);
    }
}
