using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tocsin.Shared;

namespace Tocsin.Daemon.Http.Access;

internal static class Certificates
{
    /// <exception cref="BadDataException">The files are no certificate and its key.</exception>
    public static X509Certificate2 Load(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadDataException($"tls.certificate: '{certificate}' with tls.key '{key}' cannot be used: {e.Message}: expected a PEM certificate and its unencrypted PEM key", e);
        }
    }
}
