using Tocsin.Ingest.Sources;

namespace Tocsin.Daemon.Config;

/// <summary>The <c>prometheus</c> section: whom <c>tocsin check</c> asks. The daemon itself asks nobody: samples are sent to it, or scraped.</summary>
/// <param name="Match">More PromQL matchers without braces; empty = none.</param>
internal sealed record PrometheusOptions(Uri Url, HttpAccess Access, string Match)
{
    /// <summary>Null: none is named.</summary>
    public static PrometheusOptions? Read(ConfigReader r)
    {
        var url = r.Value<Uri>("url", null, "http:// or https:// and a host, without user and password", HttpOptions.WebUrl);
        var access = new HttpAccess
        {
            BearerTokenFile = r.Text("token_file", null, "a file that holds a bearer token"),
            CertificateFile = r.Text("certificate", null, "a PEM file"),
            KeyFile = r.Text("key", null, "a PEM file"),
            AuthorityFile = r.Text("ca", null, "a PEM file"),
            Tenant = r.Text("tenant", null, "a text"),
        };
        var match = r.Text("match", null, "PromQL matchers without braces, e.g. job=~\"node|dcgm\"", t => t.IndexOfAny(['{', '}']) < 0) ?? "";
        return url is null ? null : new PrometheusOptions(url, access, match);
    }
}
