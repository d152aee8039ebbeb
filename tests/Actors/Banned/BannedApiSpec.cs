using Tocsin.Actors.Runtime;
using Tocsin.Checkpointing.Policies;
using Tocsin.Inference.Tensors;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.ActorTests.Banned;

/// <summary>Where state is decided, nothing reads a real clock, draws what no seed gives, hashes what differs from process to process, or starts
/// a task that the simulator does not see. The usual analyzer package for this cannot be had, so the compiled assemblies are read instead.</summary>
public sealed class BannedApiSpec
{
    private static readonly HashSet<string> Banned =
    [
        "System.Threading.Tasks.Task.Run",
        "System.Threading.Tasks.Task.Delay",
        "System.Threading.Tasks.TaskFactory.StartNew",
        "System.DateTime.get_UtcNow()",
        "System.DateTime.get_Now()",
        "System.DateTime.get_Today()",
        "System.DateTimeOffset.get_UtcNow()",
        "System.DateTimeOffset.get_Now()",
        "System.Guid.NewGuid()",
        "System.Guid.CreateVersion7()",
        "System.Random.get_Shared()",
        "System.Random..ctor()",
    ];

    /// <summary>Seeded anew in every process, so they may only answer a dictionary that asks GetHashCode.</summary>
    private static readonly HashSet<string> Hashes =
    [
        // A string's as well: the compiler names the method's first declaration.
        "System.Object.GetHashCode()",
        "System.StringComparer.GetHashCode",
        "System.HashCode.Combine",
        "System.HashCode.ToHashCode()",
    ];

    /// <summary>Type and member, with the reason why no state hangs on it.</summary>
    private static readonly Dictionary<(string Type, string Member), string> Allowed = new()
    {
        [("Tocsin.Ingest.Live.ScrapeRecorder", "System.Threading.Tasks.Task.Delay")] = "a command's own loop: no actor in it, and it waits by a TimeProvider",
        [("Tocsin.Inference.Patterns.Workers", "System.Threading.Tasks.TaskFactory.StartNew")] = "shares out one computation and waits for all of it: the result does not hang on who computed which part",
        [("Tocsin.Ingest.Scraping.ScrapeSource", "System.Threading.Tasks.Task.Delay")] = "the rhythm of scrapes: input to the log, outside of all actors, and by a TimeProvider",
        [("Tocsin.Ingest.Slurm.Nodes.NodeStatePoller", "System.Threading.Tasks.Task.Delay")] = "the rhythm of asking Slurm: input to the log, outside of all actors, and by a TimeProvider",
        [("Tocsin.Ingest.Slurm.Accounting.AccountingPoller", "System.Threading.Tasks.Task.Delay")] = "the rhythm of asking Slurm: input to the log, outside of all actors, and by a TimeProvider",
        [("Tocsin.Ingest.Replay.RecordingPlayer", "System.Threading.Tasks.Task.Delay")] = "the pace of a replay: input from outside, by a TimeProvider",
        [("Tocsin.Ingest.Backfill.QueryClient", "System.Threading.Tasks.Task.Delay")] = "pauses between questions of a command: no actor in it, and by a TimeProvider",
        [("Tocsin.Ingest.Frames.LayoutPool", "System.HashCode.ToHashCode()")] = "the key of a table of layouts, compared whole afterwards and never enumerated",
        [("Tocsin.Actors.Sinks.OutboxDispatcher", "System.Threading.Tasks.Task.Delay")] = "the pause between attempts at a sink: behind the outbox, where all is decided, and by a TimeProvider",
    };

    private static readonly Type[] Projects = [typeof(NodeKey), typeof(DataFolder), typeof(SeededRandom), typeof(IPolicy), typeof(ActorSystem)];

    public static TheoryData<Type> InProjects => new(Projects);

    [Theory]
    [MemberData(nameof(InProjects))]
    public void What_no_seed_or_clock_of_ours_governs_is_used_only_where_a_reason_stands(Type inProject)
    {
        var found = CallScanner.Calls(inProject.Assembly.Location)
            .Where(call => Banned.Contains(call.Member) || (Hashes.Contains(call.Member) && call.Method != nameof(GetHashCode)))
            .Where(call => !Allowed.ContainsKey((call.Type, call.Member)))
            .Select(call => $"{call.Type}.{call.Method} uses {call.Member}")
            .ToList();
        Assert.True(found.Count == 0, $"use the clock, the seed or the port that is given; where nothing is decided, add the type to {nameof(Allowed)} with its reason:\n{string.Join('\n', found)}");
    }

    [Fact]
    public void Each_reason_is_still_needed()
    {
        var used = Projects.SelectMany(type => CallScanner.Calls(type.Assembly.Location)).Select(call => (call.Type, call.Member)).ToHashSet();
        Assert.Empty(Allowed.Keys.Except(used));
        Assert.DoesNotContain(Allowed.Values, string.IsNullOrWhiteSpace);
    }

    [Fact]
    public void The_scanner_sees_into_closures_tasks_and_delegates()
    {
        var mine = CallScanner.Calls(typeof(BannedApiSpec).Assembly.Location).Where(c => c.Type == typeof(Sinner).FullName).Select(c => c.Member).ToHashSet();
        Assert.Empty(new[]
        {
            "System.DateTime.get_UtcNow()", "System.Threading.Tasks.Task.Delay", "System.Guid.NewGuid()", "System.Object.GetHashCode()", "System.Threading.Tasks.Task.Run",
        }.Except(mine));
    }
}
