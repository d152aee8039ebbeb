using System.Text.RegularExpressions;
using Tocsin.Inference.Faults;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Faults.Labels;

/// <summary>From (origin, words) to a class of fault. The model has four classes; what fits none of them (GPU, power, a service, no word at all) is a fault without a class:
/// kept and counted, never healthy, never learned. The table stands in docs/FAULTS.md.</summary>
public static partial class LabelWords
{
    // The first that fits holds: "memory on the NIC" is the NIC's.
    private static readonly (Regex Words, FaultClass? Class)[] Reasons =
    [
        (Planned(), FaultClass.None),
        (Gpu(), null),
        (Network(), FaultClass.Network),
        (Disk(), FaultClass.Disk),
        (Memory(), FaultClass.Ram),
        (Cpu(), FaultClass.Cpu),
    ];

    // A thermal limit is how a failing fan, paste or power stage shows: it takes the processor's work away.
    private static readonly Dictionary<string, FaultClass> Rules = new(StringComparer.Ordinal)
    {
        ["memory-uncorrectable"] = FaultClass.Ram,
        ["memory-correctable-storm"] = FaultClass.Ram,
        ["memory-pages-poisoned"] = FaultClass.Ram,
        ["link-down"] = FaultClass.Network,
        ["link-slow"] = FaultClass.Network,
        ["fabric-port-down"] = FaultClass.Network,
        ["fabric-port-slow"] = FaultClass.Network,
        ["filesystem-readonly"] = FaultClass.Disk,
        ["filesystem-error"] = FaultClass.Disk,
        ["raid-disk-failed"] = FaultClass.Disk,
        ["cpu-thermal-throttling"] = FaultClass.Cpu,
    };

    /// <summary>Of a node that is down or drained. <see cref="FaultClass.None"/>: planned work, which says nothing of its health and is no fault.</summary>
    /// <param name="reason">Slurm's Reason. Hostile text.</param>
    public static FaultClass? OfReason(string reason)
    {
        foreach (var (words, fault) in Reasons)
        {
            if (words.IsMatch(reason))
                return fault;
        }
        return null;
    }

    /// <summary>Of a rule of the rule file by its name; one of the site's own by the part of the machine that it names. What a job does to a node (its memory used up)
    /// is the job's fault and no node's.</summary>
    public static FaultClass? OfRule(string rule, FaultKind kind) => rule == "oom-kill" ? null : Rules.TryGetValue(rule, out var known) ? known : OfKind(kind);

    /// <summary>Of the part of the machine that an operator confirms or names. A filesystem that many nodes share and a hang are no part of the node.</summary>
    public static FaultClass? OfKind(FaultKind kind) => kind switch
    {
        FaultKind.Cpu or FaultKind.Thermal => FaultClass.Cpu,
        FaultKind.Memory => FaultClass.Ram,
        FaultKind.Disk => FaultClass.Disk,
        FaultKind.Network or FaultKind.Fabric => FaultClass.Network,
        _ => null,
    };

    [GeneratedRegex(@"\b(maint\w*|reboot\w*|upgrade\w*|update\w*|planned|reserv\w*|firmware|test\w*|power[ _-]?sav\w*)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 100)]
    private static partial Regex Planned();

    [GeneratedRegex(@"\b(gpu\w*|xid\w*|nvidia\w*|nvlink\w*|cuda|rocm|psu|power supply)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 100)]
    private static partial Regex Gpu();

    [GeneratedRegex(@"\b(net\w*|nic|nics|eth\w*|ib\d*|infiniband|hca|omnipath|opa|link\w*|fabric|packet\w*|cable\w*|mlx\w*)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 100)]
    private static partial Regex Network();

    [GeneratedRegex(@"\b(disk\w*|ssd\w*|nvme\w*|hdd\w*|raid\w*|smart|read[ _-]?only|scratch|tmpdisk\w*|(low|no|full) (tmp|space)|xfs|ext4|i/?o errors?)|/tmp\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 100)]
    private static partial Regex Disk();

    [GeneratedRegex(@"\b(ecc|uecc|dimm\w*|mem\w*|ram|edac|low realmemory|hugepage\w*)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 100)]
    private static partial Regex Memory();

    [GeneratedRegex(@"\b(cpu\w*|mce|machine check|socket\w*|core|cores|thermal|thrott\w*|overheat\w*|temperature|fan|fans)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 100)]
    private static partial Regex Cpu();
}
