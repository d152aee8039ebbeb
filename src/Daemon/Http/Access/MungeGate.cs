using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Tocsin.Daemon.Http.Access;

/// <summary>Which user asks, by <c>Authorization: Munge CREDENTIAL</c>. A credential is for one request: what it signs is <see cref="Payload"/> of exactly that.</summary>
/// <param name="reader">Null: it is off.</param>
/// <remarks>A credential that somebody reads on its way can do nothing but what its owner was about to do, once: another method, path, job or body makes another payload, and munge
/// refuses the second use.</remarks>
internal sealed class MungeGate(MungeReader? reader)
{
    public const string Scheme = "Munge ";

    private const int MaxBody = 4 << 10;

    /// <summary><c>tocsin-1 POST /api/v1/jobs/12/checkpoint SHA-256 of the body in hexadecimal</c>; of a request without one that of nothing.</summary>
    public static string Payload(string method, string path, ReadOnlySpan<byte> body) => $"tocsin-1 {method} {path} {Convert.ToHexStringLower(SHA256.HashData(body))}";

    /// <summary>Null: it is answered, with the reason. Else who asks, and the body.</summary>
    public async Task<Signed?> ReadAsync(HttpContext context)
    {
        if (reader is null)
        {
            await ApiError.AnswerAsync(context, 503, "jobs are not listened to here: slurm.munge.enabled is false");
            return null;
        }
        if (context.Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return await RefuseAsync(context, 401, "expected 'Authorization: Munge CREDENTIAL', as tocsin-checkpoint sends it");
        using var body = await BodyReader.ReadAsync(context, MaxBody);
        var answer = await reader.ReadAsync(header[Scheme.Length..].Trim(), context.RequestAborted);
        if (answer.Problem is { } problem)
            return await RefuseAsync(context, answer.Status, problem);
        return answer.Payload == Payload(context.Request.Method, context.Request.Path.Value!, body.Memory.Span)
            ? new Signed(answer.Uid, body.Memory.ToArray())
            : await RefuseAsync(context, 401, "the credential was made for another request");
    }

    private static async Task<Signed?> RefuseAsync(HttpContext context, int status, string why)
    {
        if (status == 401)
            context.Response.Headers.WWWAuthenticate = "Munge";
        await ApiError.AnswerAsync(context, status, why, status == 503 ? TimeSpan.FromSeconds(5) : null);
        return null;
    }
}

/// <param name="Uid">Who signed the request.</param>
internal sealed record Signed(uint Uid, byte[] Body);
