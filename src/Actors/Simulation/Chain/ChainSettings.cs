using Tocsin.Actors.Alerts;
using Tocsin.Actors.Alerts.Rules;
using Tocsin.Actors.Nodes;
using Tocsin.Actors.Nodes.Shard;
using Tocsin.Actors.Runtime;
using Tocsin.Actors.Shards;
using Tocsin.Actors.Sinks;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Frames;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Simulation.Chain;

/// <summary>The options of the simulated daemon: everything is fifteen times as fast as usual, so that half a minute holds what an afternoon does.</summary>
internal static class ChainSettings
{
    public const string Rule = "too-hot";

    public static readonly IReadOnlyList<string> Sinks = ["desk", "pager"];

    /// <summary>Alerts of single nodes only: whether several become one depends on what comes first, and that on what fails.</summary>
    public static readonly AlertOptions Alerts = new()
    {
        Hold = TimeSpan.FromSeconds(2),
        Gather = TimeSpan.FromSeconds(1),
        Linger = TimeSpan.FromSeconds(4),
        ClearAfter = TimeSpan.FromSeconds(10),
        SiteNodes = 1000,
        SwitchNodes = 1000,
        SiteShare = 1,
        SiteShareOfSharedParts = 1,
    };

    public static readonly NodeShardOptions Nodes = new()
    {
        Catalogue = Catalogue.Parse("metric load gauge - 0.01 = sum of load_v\nmetric heat gauge - 0.01 = max of heat_v", "simulation"),
        Nodes = new NodeOptions
        {
            Frames = new LiveFrameOptions { CadenceMs = 1000, GraceMs = 300, ReplicaSilenceMs = 3000 },
            StaleMs = 3000,
            Rules = new RuleSet([new Rule(Rule, "heat", new RuleCondition.Above(90), TimeSpan.FromSeconds(1), Severity.Warning, FaultKind.Thermal, "{value} degrees.")]),
        },
        Spread = TimeSpan.FromSeconds(4),
        QuietCommit = TimeSpan.FromMilliseconds(200),
        CaughtUp = TimeSpan.FromMinutes(2),
    };

    /// <summary>Crashes and fences come so fast here that a record may be under way in four of them, and it is not to be given up for that.</summary>
    public static readonly ShardSettings Shards =
        new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), 0.2), MostAttempts: 100)
        {
            Apart = TimeSpan.FromMilliseconds(500),
            Patience = TimeSpan.FromSeconds(1),
        };

    public static readonly DispatchOptions Dispatch =
        new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(2), 0.2));
}
