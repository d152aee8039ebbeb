using System.Text;
using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>What sacct and scontrol print: rows within their bounds, or rejected by reason.</summary>
internal static class SchedulerFuzz
{
    private const long NowMs = 1_795_253_095_000;

    private static readonly byte[] Rows = """
        81@#@81@#@ada@#@1795250000@#@1795250010@#@1795250900@#@COMPLETED@#@cn[01-04]@#@lammps
        82@#@70_3@#@bob@#@1795250000@#@1795251000@#@Unknown@#@RUNNING@#@cn05,cn07@#@a|b
        83@#@83+1@#@eve@#@1795250000@#@1795251000@#@1795251100@#@NODE_FAIL@#@gpu[1-2]@#@two
        lines
        84@#@84@#@eve@#@1795250000@#@Unknown@#@Unknown@#@PENDING@#@None assigned@#@waits

        """u8.ToArray();

    private static readonly byte[] Nodes = """
        NodeName=cn01 Arch=x86_64 CPUAlloc=4 OS=Linux 6.1.0 State=ALLOCATED+DRAIN BootTime=1795240000 SlurmdStartTime=1795240100 Reason=bad disk [root@1795250000]
        NodeName=cn02 State=DOWN*+MAINT+POWERED_DOWN BootTime=None Reason=State=IDLE NodeName=cn09

        """u8.ToArray();

    private static readonly byte[] Reserved = """
        ReservationName=maint StartTime=1795250000 EndTime=1795260000 Duration=02:46:40 Nodes=cn[01-09] NodeCnt=9 Flags=MAINT,SPEC_NODES State=ACTIVE

        """u8.ToArray();

    private static readonly byte[] Switches = """
        SwitchName=s1 Level=0 LinkSpeed=1 Nodes=cn[01-04]
        SwitchName=top Level=1 LinkSpeed=1 Nodes=cn[01-04] Switches=s[1-2]

        """u8.ToArray();

    private static readonly string[] Spice = ["@#@", "\n", "|", "=", "State=", "NodeName=", "[", "[1-65536]", "Unknown", "None", "-1", "9223372036854775808", "\0", "\r\n", "é", "Reason=", "CANCELLED by 0", "_[1-9%2]", "+0"];

    public static void Once(int seed)
    {
        var random = new Random(seed);
        switch (random.Next(4))
        {
            case 0:
                var told = SacctText.Parse(Text(random, Rows), "@#@", NowMs);
                if (told.Rows.Any(r => r.EndMs < r.StartMs || r.NodeCount < 1 || r.JobName.Length > 4096))
                    throw new InvalidOperationException("a row beyond its bounds");
                break;
            case 1:
                if (NodeText.Parse(Text(random, Nodes), "c", NowMs, new Rejections()).DistinctBy(n => n.Node).Count() is var n && n > 100)
                    throw new InvalidOperationException($"{n} nodes of two lines");
                break;
            case 2:
                Topology.Parse(Text(random, Switches), new Rejections());
                break;
            default:
                Reservations.Apply(NodeText.Parse(Encoding.UTF8.GetString(Nodes), "c", NowMs, new Rejections()), Reservations.Parse(Text(random, Reserved), new Rejections()));
                break;
        }
    }

    private static string Text(Random random, byte[] valid)
    {
        if (random.Next(8) == 0)
            return Encoding.UTF8.GetString(Mutations.Noise(random, 400));
        if (random.Next(2) == 0)
            return Encoding.UTF8.GetString(Mutations.Damage(random, valid));
        return Mutations.Spice(random, valid, Spice);
    }
}
