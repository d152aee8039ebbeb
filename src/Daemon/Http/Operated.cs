using Microsoft.AspNetCore.Http;
using Tocsin.Daemon.Http.Routes;
using Tocsin.Shared;

namespace Tocsin.Daemon.Http;

/// <summary>What every request that changes something has to be, before its body is looked at.</summary>
internal static class Operated
{
    /// <summary>Reads the body where the request may pass; else it is answered.</summary>
    /// <returns>Null: it is answered.</returns>
    public static async Task<JsonFields?> ReadAsync(HttpContext context, params IReadOnlyList<string> known)
    {
        // A page in a browser can post text to loopback without asking, JSON it cannot.
        if (context.Request.ContentType?.Split(';')[0].Trim() is not "application/json" and var type)
        {
            await ApiError.AnswerAsync(context, 415, $"Content-Type is '{OneLine.Of(type ?? "", 60)}', expected application/json");
            return null;
        }
        if (LibraryRoutes.FromElsewhere(context))
        {
            await ApiError.AnswerAsync(context, 403, "asked by a page of another origin");
            return null;
        }
        using var body = await BodyReader.ReadAsync(context, JsonFields.MaxBytes);
        return new JsonFields(body.Memory.Span, known);
    }
}
