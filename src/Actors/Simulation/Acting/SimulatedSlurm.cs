using System.Globalization;
using Tocsin.Checkpointing.Slurm;

namespace Tocsin.Actors.Simulation.Acting;

/// <summary>A Slurm of a few nodes and jobs that answers squeue and sinfo by column and does what scontrol and scancel say. It keeps no secrets from a test: each effect is counted.</summary>
public sealed partial class SimulatedSlurm(Func<long> nowMs)
{
    public sealed class Node(string name)
    {
        public string Name => name;

        public string State { get; set; } = "IDLE";

        public bool Drained { get; set; }

        public string Reason { get; set; } = "";

        public string User { get; set; } = "";

        public long ReasonS { get; set; }

        public string? Reservation { get; set; }

        public int Cores { get; set; } = 4;

        public int MemoryMb { get; set; } = 8000;

        /// <summary>That jobs have which nobody watches.</summary>
        public int TakenCores { get; set; }

        /// <summary>Its leaf; null = Slurm knows of no topology.</summary>
        public string? Switch { get; set; }

        public bool Maintenance { get; set; }

        public long ReservedS { get; set; }

        /// <summary>When the reservation ends by itself.</summary>
        public long ReservedToS { get; set; }
    }

    public sealed class Job(string id, uint uid, string node, long submitS)
    {
        public string Id => id;

        public uint Uid => uid;

        /// <summary>Names, by commas.</summary>
        public string Node { get; set; } = node;

        public bool IsOn(string name) => Node.Split(',').Contains(name);

        /// <summary>Of each node.</summary>
        public int Cores { get; set; } = 4;

        public int MemoryMb { get; set; } = 8000;

        /// <summary>As Slurm has it: of a requeued job the time of its requeue.</summary>
        public long SubmitS { get; set; } = submitS;

        /// <summary>Of this run; 0 = with its submission.</summary>
        public long StartS { get; set; }

        public int Restarts { get; set; }

        public bool Running { get; set; } = true;

        public bool Requeue { get; set; } = true;

        public string Comment { get; set; } = "tocsin:signal=USR1,requeue";
    }

    public const string Partition = "main";

    /// <summary>Between the last look at a node and the command: what comes in between nobody can see.</summary>
    private const long WindowS = 25;

    public Dictionary<string, Node> Nodes { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Job> Jobs { get; } = new(StringComparer.Ordinal);

    /// <summary>Each command that had its effect, in order, with the action that it was for.</summary>
    public List<(long Action, string What)> Effects { get; } = [];

    /// <summary>Drains of somebody else's that were taken back, older than any look of ours can be.</summary>
    public List<string> TakenBack { get; } = [];

    /// <summary>The program of the site that an undrain runs says no.</summary>
    public bool CheckFails { get; set; }

    /// <summary>A signal arrived at a job.</summary>
    public Action<Job, long>? Signalled { get; set; }

    public void Add(params IEnumerable<string> nodes)
    {
        foreach (var name in nodes)
            Nodes[name] = new Node(name);
    }

    /// <summary>Somebody else's hand.</summary>
    public void Drain(string node, string reason, string user) => (Nodes[node].Drained, Nodes[node].Reason, Nodes[node].User, Nodes[node].ReasonS) = (true, reason, user, Now);

    /// <summary>Somebody else's hand.</summary>
    public void Resume(string node) => (Nodes[node].Drained, Nodes[node].Reason, Nodes[node].User, Nodes[node].ReasonS) = (false, "", "", 0);

    /// <summary>Somebody else's hand.</summary>
    public void DeleteReservation(string node) => Nodes[node].Reservation = null;

    /// <summary>A reservation keeps others' jobs off it now.</summary>
    public bool IsReserved(Node node) => node.Reservation is not null && Now < node.ReservedToS;

    /// <summary>Carries a command out, or answers a question.</summary>
    /// <param name="action">For which it is; 0 = none.</param>
    public ProgramAnswer Do(string program, IReadOnlyList<string> arguments, long action) => program switch
    {
        "sinfo" => new ProgramAnswer(Lines(arguments, [.. Nodes.Values.Where(n => Named(arguments, "--nodes=", n.Name)).OrderBy(n => n.Name, StringComparer.Ordinal)], NodeField)),
        "squeue" when arguments.Any(a => a.StartsWith("--format=", StringComparison.Ordinal)) => new ProgramAnswer(string.Concat(Running(arguments).Select(j => $"{j.Id} {j.Node}\n"))),
        "squeue" => new ProgramAnswer(Lines(arguments, Running(arguments), JobField)),
        "scancel" => Signal(arguments, action),
        "srun" => CheckFails ? new ProgramAnswer("", "srun ended with 1: the check says no") : new ProgramAnswer(""),
        _ => Control(arguments, action),
    };

    private long Now => nowMs() / 1000;

    private IReadOnlyList<Job> Running(IReadOnlyList<string> arguments) =>
        [.. Jobs.Values.Where(j => Named(arguments, "--jobs=", j.Id) && (j.Running || !arguments.Contains("--states=RUNNING"))).OrderBy(j => j.Id, StringComparer.Ordinal)];

    private ProgramAnswer Signal(IReadOnlyList<string> arguments, long action)
    {
        if (!Jobs.TryGetValue(arguments[^1], out var job) || !job.Running)
            return new ProgramAnswer("", "scancel ended with 1: Invalid job id specified");
        Effects.Add((action, "signal"));
        Signalled?.Invoke(job, action);
        return new ProgramAnswer("");
    }

    private ProgramAnswer Control(IReadOnlyList<string> arguments, long action)
    {
        string? Of(string key) => arguments.FirstOrDefault(a => a.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..];
        switch (arguments[0])
        {
            case "show":
                return new ProgramAnswer(string.Concat(Nodes.Values.Where(n => n.Switch is not null).Select(n => $"SwitchName={n.Switch} Level=0 LinkSpeed=1 Nodes={n.Name}\n")));
            case "update" when Of("NodeName") is { } name && Nodes.TryGetValue(name, out var node):
                if (Of("State") == "DRAIN")
                {
                    (node.Drained, node.Reason, node.User, node.ReasonS) = (true, Of("Reason") ?? "", "root", Now);
                    Effects.Add((action, "drain"));
                }
                else
                {
                    if (node.Drained && !node.Reason.StartsWith("tocsin:", StringComparison.Ordinal) && Now - node.ReasonS > WindowS)
                        TakenBack.Add($"{name}: {node.Reason}");
                    (node.Drained, node.Reason, node.User, node.ReasonS) = (false, "", "", 0);
                    Effects.Add((action, "resume"));
                }
                return new ProgramAnswer("");
            case "update" when Of("JobId") is not null:
                return new ProgramAnswer("");
            case "requeue" when Jobs.TryGetValue(arguments[^1], out var job) && job.Running:
                (job.Running, job.Restarts, job.SubmitS) = (false, job.Restarts + 1, Now);
                Effects.Add((action, "requeue"));
                return new ProgramAnswer("");
            case "--oneliner":
                return new ProgramAnswer(string.Concat(Nodes.Values.Where(IsReserved).Select(Told)));
            case "create" when Of("Nodes") is { } on && Nodes.TryGetValue(on, out var kept):
                return Reserve(kept, Of("ReservationName")!, Of("Duration") ?? "0", Of("Flags") ?? "", action);
            case "delete" when Nodes.Values.FirstOrDefault(n => IsReserved(n) && n.Reservation == Of("ReservationName")) is { } back:
                if (!back.Maintenance)
                    Effects.Add((action, "unfence"));
                back.Reservation = null;
                return new ProgramAnswer("");
            case "delete":
                return new ProgramAnswer("", "scontrol ended with 1: Requested reservation is invalid");
            default:
                return new ProgramAnswer("", "scontrol ended with 1: Invalid argument");
        }
    }

    private ProgramAnswer Reserve(Node node, string name, string minutes, string flags, long action)
    {
        if (Nodes.Values.Any(n => IsReserved(n) && n.Reservation == name))
            return new ProgramAnswer("", "scontrol ended with 1: Duplicate reservation name");
        var maintenance = flags.Contains("MAINT", StringComparison.Ordinal);
        if (!maintenance && IsReserved(node))
            return new ProgramAnswer("", "scontrol ended with 1: Requested reservation overlaps with another reservation");
        (node.Reservation, node.Maintenance, node.ReservedS, node.ReservedToS) = (name, maintenance, Now, Now + (60 * long.Parse(minutes, CultureInfo.InvariantCulture)));
        if (!maintenance)
            Effects.Add((action, "fence"));
        return new ProgramAnswer("");
    }
}
