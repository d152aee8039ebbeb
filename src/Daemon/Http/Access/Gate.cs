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
        return Token(context) is { } token ? tokens.Current.Find(token) ?? Roles.None : Roles.None;
    }

    public int Check(HttpContext context, Roles needed)
    {
        if (tokens is null || needed == Roles.None)
            return StatusCodes.Status200OK;
        if (Token(context) is not { } token || tokens.Current.Find(token) is not { } roles)
            return StatusCodes.Status401Unauthorized;
        return (roles & needed) != 0 ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;
    }

    private static string? Token(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
}
