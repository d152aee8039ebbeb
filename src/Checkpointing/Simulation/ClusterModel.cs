using Tocsin.Checkpointing.Policies;
using Tocsin.Shared;

namespace Tocsin.Checkpointing.Simulation;

/// <summary>The machine and its work. Each place runs one job after another on its own number of nodes; what is not in a place is a spare.</summary>
/// <param name="Places">Nodes of each.</param>
/// <param name="CheckpointS">C of a job of factor 1 while nobody else writes.</param>
/// <param name="StorageNodes">Nodes that can write at full speed at once; more share what there is.</param>
/// <param name="WorkS">Median of the jobs' log-normal work, sigma 1; infinite = endless jobs.</param>
public sealed record ClusterModel(
    IReadOnlyList<int> Places, int Spares, double CheckpointS, double RestartS = 300, double DownS = 600, double MoveS = 300,
    double StorageNodes = 512, double WorkS = 3 * 86_400, double BackgroundLoad = 0.5)
{
    private static readonly double[] Factors = [1, 0.5, 1.5];

    /// <summary>1,024 nodes at work in jobs of 1 to 512, and 32 spares.</summary>
    public static ClusterModel Usual(double checkpointS) => new([512, 256, 128, 64, 32, 16, 8, 4, 2, 1, 1], 32, checkpointS);

    /// <summary>A machine of so many nodes, 4 or more: half of them in one job, a quarter in the next, and so on; about 3 % are spares.</summary>
    public static ClusterModel Of(int nodes, double checkpointS)
    {
        var (places, left) = (new List<int>(), nodes - Math.Max(1, nodes * 3 / 100));
        for (var size = Math.Max(1, left / 2); left > 0; size = Math.Max(1, Math.Min(size / 2, left)))
        {
            places.Add(size);
            left -= size;
            if (places.Count == 24)
                break;
        }
        return new ClusterModel(places, nodes - places.Sum(), checkpointS, StorageNodes: Math.Max(1, nodes / 2.0));
    }

    public int Nodes => Places.Sum() + Spares;

    /// <summary>Without contention.</summary>
    public double CheckpointOf(int place) => CheckpointS * Factors[place % Factors.Length];

    public JobCosts CostsOf(int place) => new(CheckpointOf(place), (1.05 * CheckpointOf(place)) + 1, 2 * CheckpointOf(place), RestartS, DownS, MoveS);

    public IReadOnlyList<NodeKey> Names() => [.. Enumerable.Range(0, Nodes).Select(n => new NodeKey("sim", $"n{n:D5}"))];
}
