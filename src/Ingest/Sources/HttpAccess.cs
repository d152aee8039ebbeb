using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tocsin.Shared;

namespace Tocsin.Ingest.Sources;

/// <summary>How to get into a server that is asked or sent to: all of it optional, secrets in files and never in messages.</summary>
public sealed record HttpAccess
{
    private const int MaxToken = 16 << 10;

    /// <summary>Holds a bearer token; read again for each request, so that a token may be renewed.</summary>
    public string? BearerTokenFile { get; init; }

    /// <summary>A client certificate for mTLS, PEM, with its chain; <see cref="KeyFile"/> goes with it.</summary>
    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>Authorities that the server's certificate must come from, PEM; null = the system's.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Sent as <c>X-Scope-OrgID</c>: Mimir's and Cortex' tenant, Thanos' where it is configured so.</summary>
    public string? Tenant { get; init; }

    /// <summary>A client without a time limit of its own: every request brings one.</summary>
    /// <exception cref="BadDataException">A file is not there or is none of its kind; the message names it.</exception>
    public HttpClient Client()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.GZip, PooledConnectionLifetime = TimeSpan.FromMinutes(10) };
        try
        {
            if (CertificateFile is not null)
                handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile ?? CertificateFile)];
            if (AuthorityFile is not null)
                Trust(handler.SslOptions, AuthorityFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new BadDataException($"certificates cannot be used ({Path.GetFileName(CertificateFile)}, {Path.GetFileName(AuthorityFile)}): {e.Message}", e);
        }
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Token and tenant onto a request.</summary>
    /// <exception cref="DependencyException">The token cannot be read.</exception>
    public void Sign(HttpRequestMessage request)
    {
        if (Tenant is not null)
            request.Headers.TryAddWithoutValidation("X-Scope-OrgID", Tenant);
        if (BearerTokenFile is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(BearerTokenFile));
    }

    private static string Token(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            var token = length <= MaxToken ? File.ReadAllText(path).Trim() : "";
            return token.Length > 0 && token.All(c => c is > ' ' and < '\u007f')
                ? token
                : throw new DependencyException($"token file '{Path.GetFileName(path)}' holds no token: expected one line of at most {MaxToken} letters without blanks");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"token file '{Path.GetFileName(path)}' cannot be read: {e.Message}", e);
        }
    }

    private static void Trust(SslClientAuthenticationOptions options, string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
    }
}
