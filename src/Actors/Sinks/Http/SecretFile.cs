using System.Net.Http.Headers;
using System.Text;
using Tocsin.Shared;

namespace Tocsin.Actors.Sinks.Http;

/// <summary>A secret in a file: read at each use, so that it can be rotated; never part of a message.</summary>
public sealed class SecretFile(string path)
{
    private const int MaxBytes = 4096;

    public string Path => path;

    /// <summary>The file's text without white space around it.</summary>
    /// <exception cref="DependencyException">It cannot be read, is empty, or is larger than 4 KiB.</exception>
    public string Read()
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[MaxBytes + 1];
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read > MaxBytes)
                throw new DependencyException($"secret file '{path}' is larger than {MaxBytes} bytes");
            var text = Encoding.UTF8.GetString(bytes, 0, read).Trim();
            return text.Length > 0 ? text : throw new DependencyException($"secret file '{path}' is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"secret file '{path}' cannot be read: {e.GetType().Name}", e);
        }
    }
}

/// <summary>Bearer or basic, at most one of the two.</summary>
/// <param name="Basic">A file that holds <c>user:password</c>.</param>
public sealed record HttpAuth(SecretFile? Bearer, SecretFile? Basic)
{
    public static HttpAuth None { get; } = new(null, null);

    /// <exception cref="DependencyException">The file cannot be read, or what it holds can be no header.</exception>
    public void Apply(HttpRequestMessage request)
    {
        if ((Bearer ?? Basic) is not { } file)
            return;
        var secret = file.Read();
        // A line break would let the file write headers of its own.
        if (secret.Any(char.IsControl))
            throw new DependencyException($"secret file '{file.Path}' holds more than one line");
        request.Headers.Authorization = Bearer is not null
            ? new AuthenticationHeaderValue("Bearer", secret)
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)));
    }
}
