using Tocsin.Shared;

namespace Tocsin.Inference.Faults.PreGan;

/// <summary>A recording as the authors of PreGAN published it: <c>time_series.npy</c> (intervals x 3 hosts: CPU, memory, disk of each host, in units of their own) and
/// <c>schedule_series.npy</c> (intervals x containers x hosts: on which host each container is).</summary>
public static class PreGanRecording
{
    private const int Features = 3;
    private const double Share = 0.98;

    /// <summary>Labels by PreGAN's rule: a value above the 98th percentile of its own column is a fault of that resource, CPU before memory before disk. As in theirs
    /// the percentile is of the whole recording, so labels (never features) know what comes later; of the training part alone it would call every later disk full,
    /// since disks fill all the time there. Edges are containers that changed hosts.</summary>
    /// <exception cref="BadDataException">The arrays are not of these shapes, or hold what is not a number.</exception>
    /// <exception cref="DependencyException">A file cannot be read.</exception>
    public static FaultHistory Read(string folder)
    {
        var series = NpyFile.Read(Path.Combine(folder, "time_series.npy"));
        var schedule = NpyFile.Read(Path.Combine(folder, "schedule_series.npy"));
        if (series.Shape is not [var intervals, var columns] || columns < Features || columns % Features != 0 || intervals < 20 || schedule.Shape is not [var scheduled, var containers, var hosts]
            || scheduled != intervals || hosts != columns / Features)
            throw new BadDataException($"'{folder}': time_series is {string.Join(" x ", series.Shape)} and schedule_series {string.Join(" x ", schedule.Shape)}; expected T x 3 H and T x C x H with T of 20 or more");
        if (!series.Values.All(double.IsFinite))
            throw new BadDataException($"'{folder}': time_series has values that are not finite");
        var history = new FaultHistory(hosts, Features, 4);
        var limits = Limits(series);
        for (var t = 0; t < intervals; t++)
        {
            var values = new float[columns];
            for (var c = 0; c < columns; c++)
                values[c] = (float)series.Values[(t * columns) + c];
            history.Add(new HostInterval(hosts, Features, values, Moves(schedule.Values, t, containers, hosts)));
            for (var h = 0; h < hosts; h++)
            {
                var label = FaultClass.None;
                for (var f = Features - 1; f >= 0; f--)
                    label = series.Values[(t * columns) + (h * Features) + f] > limits[(h * Features) + f] ? (FaultClass)(f + 1) : label;
                history.SetLabel(t, h, label);
            }
        }
        return history;
    }

    private static double[] Limits(NpyFile series)
    {
        var columns = series.Shape[1];
        var limits = new double[columns];
        for (var c = 0; c < columns; c++)
        {
            var column = c;
            double[] sorted = [.. Enumerable.Range(0, series.Shape[0]).Select(t => series.Values[(t * columns) + column]).Order()];
            limits[c] = sorted[(int)Math.Ceiling(Share * sorted.Length) - 1];
        }
        return limits;
    }

    private static HostEdge[] Moves(double[] schedule, int t, int containers, int hosts)
    {
        var moves = new SortedDictionary<(int From, int To), int>();
        for (var c = 0; c < containers && t > 0; c++)
        {
            int from = Host(schedule.AsSpan((((t - 1) * containers) + c) * hosts, hosts)), to = Host(schedule.AsSpan(((t * containers) + c) * hosts, hosts));
            if (from >= 0 && to >= 0 && from != to)
                moves[(from, to)] = moves.GetValueOrDefault((from, to)) + 1;
        }
        return [.. moves.Select(m => new HostEdge(m.Key.From, m.Key.To, EdgeKind.Migration, m.Value))];
    }

    private static int Host(ReadOnlySpan<double> row)
    {
        for (var h = 0; h < row.Length; h++)
        {
            if (row[h] > 0)
                return h;
        }
        return -1;
    }
}
