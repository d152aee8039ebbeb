using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tocsin.Ingest.Sources;
using Tocsin.Shared;

namespace Tocsin.Integration.Sources;

/// <summary>A server that wants a client certificate of its own authority.</summary>
public sealed class HttpAccessSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task With_the_right_certificates_both_sides_trust_each_other_and_without_them_nobody_does()
    {
        using var authority = Authority();
        using var server = Signed(authority, "server", "127.0.0.1");
        using var client = Signed(authority, "client", null);
        File.WriteAllText(In("ca.pem"), authority.ExportCertificatePem());
        File.WriteAllText(In("client.pem"), client.ExportCertificatePem());
        File.WriteAllText(In("client.key"), client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var app = await StartAsync(server, authority);
        var url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        var right = new HttpAccess { AuthorityFile = In("ca.pem"), CertificateFile = In("client.pem"), KeyFile = In("client.key") };
        Assert.Equal("CN=client", await GetAsync(right, url));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(right with { AuthorityFile = null }, url));
        await Assert.ThrowsAnyAsync<Exception>(() => GetAsync(right with { CertificateFile = null, KeyFile = null }, url));
    }

    [Fact]
    public void Files_that_are_not_there_or_are_none_are_named()
    {
        Assert.Contains("nothing.pem", Assert.Throws<BadDataException>(() => new HttpAccess { AuthorityFile = In("nothing.pem") }.Client()).Message);
        File.WriteAllText(In("junk.pem"), "junk");
        Assert.Contains("junk.pem", Assert.Throws<BadDataException>(() => new HttpAccess { CertificateFile = In("junk.pem") }.Client()).Message);
        using var request = new HttpRequestMessage();
        Assert.Contains("none.token", Assert.Throws<DependencyException>(() => new HttpAccess { BearerTokenFile = In("none.token") }.Sign(request)).Message);
        File.WriteAllText(In("two.token"), "one two\n");
        Assert.DoesNotContain("one two", Assert.Throws<DependencyException>(() => new HttpAccess { BearerTokenFile = In("two.token") }.Sign(request)).Message);
    }

    private static async Task<string> GetAsync(HttpAccess access, string url)
    {
        using var http = access.Client();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await http.GetStringAsync(url, limit.Token);
    }

    private static async Task<WebApplication> StartAsync(X509Certificate2 server, X509Certificate2 authority)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = server,
            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
            ClientCertificateValidation = (c, _, _) =>
            {
                using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
                chain.ChainPolicy.CustomTrustStore.Add(authority);
                return chain.Build(c);
            },
        })));
        var app = builder.Build();
        app.MapGet("/", (HttpContext c) => c.Connection.ClientCertificate!.Subject);
        await app.StartAsync();
        return app;
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    private static X509Certificate2 Signed(X509Certificate2 authority, string name, string? address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Parse(address));
            request.CertificateExtensions.Add(names.Build());
        }
        using var signed = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), Guid.NewGuid().ToByteArray());
        using var whole = signed.CopyWithPrivateKey(key);
        // Through PKCS #12, so that the key is the certificate's own.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private string In(string file) => Path.Combine(_folder, file);
}
