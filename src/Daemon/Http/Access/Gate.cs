using Microsoft.AspNetCore.Http;

namespace Tocsin.Daemon.Http.Access;

/// <summary>Whether a request may pass: 200 yes, 401 no or an unknown token, 403 a token without the role.</summary>
internal sealed class Gate(TokenFile? tokens)
{
    private const string Scheme = "Bearer ";

    /// <summary>False: nobody is asked, everybody may do everything.</summary>
    public bool Asks => tokens is not null;

    public Roles RolesOf(HttpContext context)
    {
        if (tokens is null)
            return Roles.Read | Roles.Ingest | Roles.Operate;
        return Holder(context) is { User: null } holder ? holder.Roles : Roles.None;
    }

    /// <summary>Who asks, by the token; null where nobody is asked for one, or it is unknown.</summary>
    public TokenHolder? Holder(HttpContext context) => tokens is not null && Token(context) is { } token ? tokens.Current.Find(token) : null;

    /// <param name="ownJobs">The route shows those whose token is for one user's jobs no others.</param>
    public int Check(HttpContext context, Roles needed, bool ownJobs = false)
    {
        if (tokens is null || needed == Roles.None)
            return StatusCodes.Status200OK;
        if (Holder(context) is not { } holder)
            return StatusCodes.Status401Unauthorized;
        return (holder.Roles & needed) != 0 && (holder.User is null || ownJobs) ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;
    }

    private static string? Token(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
}
