using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.CheckpointingTests.Actions;

/// <summary>Actions and surroundings in which nothing speaks against anything.</summary>
internal static class Acting
{
    public const string User = "root";
    public const long Now = 10_000_000;

    public static readonly ActionLimits Limits = new();
    public static readonly NodeKey Node = new("c", "n001");
    public static readonly JobIdentity Job = new("12", 1000, 0);
    public static readonly SlurmNode Idle = new(Words("IDLE"), "", "", 0);
    public static readonly SlurmJob Running = new(Job, true, true, new Consent("USR1", RequeueConsent.AfterCheckpoint));
    public static readonly DrainMark Mark = new(new ActionId(7), 9_000_000);

    public static IReadOnlySet<string> Words(params string[] words) => words.ToHashSet();

    public static ActionRecord Action(ActionKind kind) =>
        new(new ActionId(8), kind, Node, Job, "main", Now, "because", false, new Proposed()) { Undoes = kind.GivesBack() ? Mark.Id : null };

    public static SlurmNode Drained(string reason = "tocsin:7", string user = User, long atMs = 9_000_000, params string[] more) =>
        new(Words(["IDLE", "DRAIN", .. more]), reason, user, atMs);

    public static SlurmNode Fenced(long id = 7, string users = User, long startMs = 9_000_000, params string[] more) =>
        new(Words(["IDLE", "RESERVED", .. more]), "", "", 0) { Fence = new SlurmFence(new ActionId(id), users, startMs, startMs + 14_400_000) };

    /// <summary>What each kind needs.</summary>
    public static SlurmView View(ActionKind kind) => kind switch
    {
        ActionKind.Drain or ActionKind.Fence => new SlurmView(Idle, null),
        ActionKind.Unfence => new SlurmView(Fenced(), null),
        ActionKind.Undrain => new SlurmView(Drained(), null),
        ActionKind.Requeue => new SlurmView(Drained(), Running, Acknowledged: true),
        _ => new SlurmView(null, Running),
    };

    public static Surroundings Around(ActionKind kind, long epoch = 1) => new(epoch, long.MaxValue, Enabled: true, null, null, View(kind));

    public static ActionTurn Start(ActionRecord action, Surroundings around, long now = Now) => ActionRules.Start(action, around, Mark, User, now, Limits);
}
