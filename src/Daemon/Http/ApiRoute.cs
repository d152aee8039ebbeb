using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tocsin.Daemon.Serve.Live;

namespace Tocsin.Daemon.Http;

/// <summary>What a token may do. One may carry several.</summary>
[Flags]
internal enum Roles
{
    None = 0,

    /// <summary>See nodes, alerts, patterns, jobs and metrics.</summary>
    Read = 1,

    /// <summary>Send samples and job events.</summary>
    Ingest = 2,

    /// <summary>Change what Tocsin does.</summary>
    Operate = 4,
}

/// <summary>How many of it may be under way at one time.</summary>
internal enum RouteLoad
{
    /// <summary>Counted against <c>limits.requests</c>.</summary>
    Counted,

    /// <summary>Always answered: probes.</summary>
    Light,

    /// <summary>Has a bound of its own.</summary>
    Own,
}

/// <summary>One thing that can be asked of the server: served, guarded and described from this one place.</summary>
/// <param name="Role">Of which a token must have one; None: anyone.</param>
internal sealed record ApiRoute(string Method, string Path, Roles Role, string Summary, RequestDelegate Handle)
{
    public RouteLoad Load { get; init; } = RouteLoad.Counted;

    /// <summary>Also for a token that is for one user's jobs: what it shows such a one is of them alone.</summary>
    public bool OwnJobs { get; init; }

    /// <summary>Asked by jobs, with munge's credential in place of a token: the route itself looks at it.</summary>
    public bool Signed { get; init; }

    /// <summary>What is another once it was done; null: nothing that is looked at.</summary>
    public LiveTopic? Changes { get; init; }

    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>Null: it has no body.</summary>
    public ApiBody? Body { get; init; }

    public IReadOnlyList<ApiAnswer> Answers { get; init; } = [];
}

/// <param name="In"><c>query</c>, <c>path</c> or <c>header</c>.</param>
internal sealed record ApiParameter(string Name, string In, string Description, JsonObject Schema, JsonNode Example);

/// <param name="Example">Null where the type is no text.</param>
internal sealed record ApiBody(string Type, string Description, JsonObject? Schema = null, JsonNode? Example = null);

/// <param name="Type">Null: it has no body.</param>
internal sealed record ApiAnswer(int Status, string Description, string? Type = null, JsonObject? Schema = null, JsonNode? Example = null);
