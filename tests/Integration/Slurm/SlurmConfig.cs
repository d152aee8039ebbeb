using System.Security.Cryptography;

namespace Tocsin.Integration.Slurm;

/// <summary>The files of a cluster of virtual nodes on this host, all in one folder, on ports that were free.</summary>
internal sealed class SlurmConfig
{
    public SlurmConfig(string folder, int nodes, IReadOnlyList<string> more, IReadOnlyList<string> accounting)
    {
        Folder = folder;
        Nodes = Enumerable.Range(1, nodes).Select(i => $"n{i:D3}").ToArray();
        foreach (var part in (string[])["run", "state", "spool", "log", "db", "out"])
            Directory.CreateDirectory(In(part));
        var ports = FreePorts(nodes + 3);
        DatabasePort = ports[1];
        var key = In("munge.key");
        File.WriteAllBytes(key, RandomNumberGenerator.GetBytes(1024));
        MakePrivate(key);
        File.WriteAllText(Conf, Main(ports[0], ports[2], ports[3..]) + string.Concat(more.Select(l => l + "\n")));
        // Read where the lines say TopologyPlugin=topology/tree, and not otherwise.
        File.WriteAllText(In("topology.conf"), $"SwitchName=s1 Nodes={Nodes[0]}\nSwitchName=s2 Nodes={string.Join(',', Nodes.Skip(1))}\nSwitchName=top Switches=s[1-2]\n");
        if (more.Contains("GresTypes=gpu"))
            File.WriteAllText(In("gres.conf"), "NodeName=g[001-002] Name=gpu File=/dev/null,/dev/zero,/dev/full,/dev/random\n");
        File.WriteAllText(In("slurmdbd.conf"), Accounting(ports[2]) + string.Concat(accounting.Select(l => l + "\n")));
        MakePrivate(In("slurmdbd.conf"));
    }

    public string Folder { get; }

    public IReadOnlyList<string> Nodes { get; }

    public int DatabasePort { get; }

    public string Conf => In("slurm.conf");

    public string MungeSocket => In("run/munge.sock");

    public string DatabaseSocket => In("run/my.sock");

    public string In(string relative) => Path.Combine(Folder, relative);

    private string Main(int controller, int accounting, IEnumerable<int> ports) => $"""
        ClusterName=tocsin
        SlurmctldHost={Host}(127.0.0.1)
        SlurmctldPort={controller}
        AuthType=auth/munge
        AuthInfo=socket={MungeSocket}
        CredType=cred/munge
        SlurmUser=root
        SlurmdUser=root
        StateSaveLocation={In("state")}
        SlurmdSpoolDir={In("spool")}/%n
        SlurmctldPidFile={In("run")}/slurmctld.pid
        SlurmdPidFile={In("run")}/slurmd.%n.pid
        SlurmctldLogFile={In("log")}/slurmctld.log
        SlurmdLogFile={In("log")}/slurmd.%n.log
        CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
        ProctrackType=proctrack/linuxproc
        TaskPlugin=task/none
        MpiDefault=none
        SelectType=select/cons_tres
        SelectTypeParameters=CR_Core
        SlurmdParameters=config_overrides
        SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1,requeue_setup_env_fail
        ReturnToService=2
        SlurmdTimeout=5
        KillWait=5
        PrologFlags=Alloc
        JobAcctGatherType=jobacct_gather/none
        AccountingStorageType=accounting_storage/slurmdbd
        AccountingStorageHost=127.0.0.1
        AccountingStoragePort={accounting}
        AccountingStoragePass={MungeSocket}
        SuspendProgram=/bin/true
        ResumeProgram=/bin/true
        SuspendTime=100000
        SuspendTimeout=2
        RebootProgram=/bin/true
        NodeName=n[001-{Nodes.Count:D3}] NodeHostname={Host} NodeAddr=127.0.0.1 Port=[{string.Join(',', ports)}] CPUs=4 Sockets=1 CoresPerSocket=4 ThreadsPerCore=1 RealMemory=1000
        PartitionName=main Nodes=ALL Default=YES State=UP

        """;

    private string Accounting(int port) => $"""
        AuthType=auth/munge
        AuthInfo=socket={MungeSocket}
        DbdHost=localhost
        DbdAddr=127.0.0.1
        DbdPort={port}
        SlurmUser=root
        LogFile={In("log")}/slurmdbd.log
        PidFile={In("run")}/slurmdbd.pid
        StorageType=accounting_storage/mysql
        StorageHost=127.0.0.1
        StoragePort={DatabasePort}
        StorageUser=root
        StorageLoc=slurm_acct_db

        """;

    private static string Host => Environment.MachineName.Split('.')[0];

    /// <summary>munged and slurmdbd refuse to start with files that others may read.</summary>
    private static void MakePrivate(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>All held at once, so that no two are the same.</summary>
    private static int[] FreePorts(int count)
    {
        var held = Enumerable.Range(0, count).Select(_ => new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in held)
            listener.Start();
        var ports = held.Select(l => ((System.Net.IPEndPoint)l.LocalEndpoint).Port).Order().ToArray();
        foreach (var listener in held)
            listener.Dispose();
        return ports;
    }
}
