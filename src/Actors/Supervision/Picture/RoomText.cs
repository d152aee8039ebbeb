using System.Globalization;
using Tocsin.Checkpointing.Migration;

namespace Tocsin.Actors.Supervision.Picture;

/// <summary>What sinfo's and squeue's columns of cores and memory mean (Slurm 22.05). What cannot be read is unknown, and makes no line a bad one.</summary>
internal static class RoomText
{
    /// <param name="cpus">CPUsState: "2/1/1/4", which is allocated, idle, other, total.</param>
    /// <param name="memory">Memory, 2^20 bytes.</param>
    /// <param name="allocated">AllocMem, 2^20 bytes. FreeMem is not asked for: it is what the kernel has left, less the page cache, and no job is kept from a node by it.</param>
    public static NodeRoom Node(string cpus, string memory, string allocated)
    {
        var parts = cpus.Split('/');
        var (free, all) = parts.Length == 4 && Whole(parts[1], out var idle) && Whole(parts[3], out var total) && idle <= total ? (idle, total) : (0, 0);
        return Whole(memory, out var mb) && Whole(allocated, out var taken) ? new NodeRoom(free, all, mb - taken, mb) : new NodeRoom(free, all, 0, 0);
    }

    /// <param name="shares">OverSubscribe: OK and YES of a job that shares its nodes.</param>
    /// <param name="tres">tres-alloc: "cpu=3,mem=3000M,node=2,billing=3", of all its nodes together.</param>
    /// <param name="nodes">1 or more.</param>
    public static NodeNeed Job(string shares, string tres, int nodes)
    {
        var (cores, memory, other) = (0.0, 0.0, false);
        foreach (var part in tres.Split(','))
        {
            if (part.StartsWith("cpu=", StringComparison.Ordinal))
                cores = Amount(part[4..]);
            else if (part.StartsWith("mem=", StringComparison.Ordinal))
                memory = Amount(part[4..]);
            else
                other |= part.StartsWith("gres/", StringComparison.Ordinal);
        }
        return new NodeNeed(cores / Math.Max(1, nodes), memory / Math.Max(1, nodes), other || shares is not ("OK" or "YES"));
    }

    /// <summary>"3000M", "187.50G", "4": a letter is a power of 1024, M stands for itself. 0: it is none.</summary>
    private static double Amount(string text)
    {
        if (text.Length == 0)
            return 0;
        var power = "KMGTP".IndexOf(text[^1], StringComparison.Ordinal);
        return double.TryParse(power < 0 ? text : text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && double.IsFinite(amount)
            ? amount * (power < 0 ? 1 : Math.Pow(1024, power - 1))
            : 0;
    }

    private static bool Whole(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
