using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tocsin.Daemon.Http;

/// <summary>A request's body in one pooled piece, bounded in size and time.</summary>
internal readonly struct BodyReader : IDisposable
{
    /// <summary>For a body as a whole. The server itself ends connections that trickle.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly byte[] _bytes;

    private BodyReader(byte[] bytes, int length)
    {
        _bytes = bytes;
        Memory = bytes.AsMemory(0, length);
    }

    /// <summary>Until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <exception cref="BadHttpRequestException">413: larger than <paramref name="most"/>; 408: too slow.</exception>
    public static async Task<BodyReader> ReadAsync(HttpContext context, int most)
    {
        var request = context.Request;
        // The server reads on past what is refused, up to this: a sender that is cut off while it sends never sees the 413, and would come again for ever.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = 8L * most;
        if (request.ContentLength > most)
            throw TooLarge(most);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(Limit);
        // A byte of room more than was announced, so that its end is seen without growing.
        var body = ArrayPool<byte>.Shared.Rent((int)Math.Clamp((request.ContentLength ?? 0) + 1, 4096, most + 1L));
        var length = 0;
        try
        {
            while (true)
            {
                var read = await request.Body.ReadAsync(body.AsMemory(length), deadline.Token);
                if (read == 0)
                    return new BodyReader(body, length);
                length += read;
                if (length > most)
                    throw TooLarge(most);
                if (length < body.Length)
                    continue;
                var larger = ArrayPool<byte>.Shared.Rent(body.Length * 2);
                body.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(body);
                body = larger;
            }
        }
        catch (Exception e)
        {
            ArrayPool<byte>.Shared.Return(body);
            if (e is OperationCanceledException && !context.RequestAborted.IsCancellationRequested)
                throw new BadHttpRequestException($"the body did not come within {Limit.TotalSeconds:0} s", StatusCodes.Status408RequestTimeout);
            throw;
        }
    }

    private static BadHttpRequestException TooLarge(int most) => new($"the body has more than {most} bytes", StatusCodes.Status413PayloadTooLarge);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);
}
