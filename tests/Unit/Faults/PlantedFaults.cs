using Tocsin.Inference.Faults;
using Tocsin.Inference.Tensors;

namespace Tocsin.Unit.Faults;

/// <summary>Histories whose faults follow from the interval before, so that whoever learns anything finds them: a high first feature is followed by a fault of class 1, a
/// high second one by class 2; and a task that moves takes its fault along.</summary>
internal static class PlantedFaults
{
    public const int Hosts = 5, Features = 3, Classes = 3;

    /// <param name="moves">Whether a high value acts on the host that the task moves to, and not where it was seen.</param>
    /// <param name="swapped">From this interval on the two features mean each other's class.</param>
    public static FaultHistory Make(int intervals, ulong seed, bool moves = false, int swapped = int.MaxValue)
    {
        var random = new SeededRandom(seed);
        var history = new FaultHistory(Hosts, Features, Classes);
        int[] next = new int[Hosts];
        for (var t = 0; t < intervals; t++)
        {
            var (values, labels) = (new float[Hosts * Features], next);
            next = new int[Hosts];
            List<HostEdge> edges = [];
            for (var h = 0; h < Hosts; h++)
            {
                for (var f = 0; f < Features; f++)
                    values[(h * Features) + f] = random.NextFloat(0, 1);
                var target = moves ? random.NextInt(Hosts) : h;
                if (target != h)
                    edges.Add(new HostEdge(h, target, EdgeKind.Migration, 1));
                var first = values[h * Features] > 0.8f;
                if (first || values[(h * Features) + 1] > 0.85f)
                    next[target] = first == t < swapped ? 1 : 2;
                if (random.NextInt(50) == 0)
                    values[(h * Features) + 2] = float.NaN;
            }
            history.Add(new HostInterval(Hosts, Features, values, [.. edges]));
            for (var h = 0; h < Hosts; h++)
                history.SetLabel(t, h, (FaultClass)labels[h]);
        }
        return history;
    }

    /// <summary>Share of hosts whose most likely class is the true one.</summary>
    public static double Accuracy(IFaultPredictor predictor, FaultHistory history, IntervalRange range)
    {
        var scores = new float[Hosts * Classes];
        var right = 0;
        for (var t = range.First; t < range.End; t++)
        {
            predictor.Predict(new PastView(history, t), scores);
            for (var h = 0; h < Hosts; h++)
            {
                var row = scores.AsSpan(h * Classes, Classes).ToArray();
                Assert.Equal(1, row.Sum(), 1e-4);
                right += Array.IndexOf(row, row.Max()) == (int)history.Label(t, h)! ? 1 : 0;
            }
        }
        return (double)right / (range.Length * Hosts);
    }
}
