using System.Net;

namespace Tocsin.Daemon.Config;

/// <summary>Where the HTTP server listens, and who may talk to it.</summary>
internal sealed record HttpOptions
{
    public required IPEndPoint Endpoint { get; init; }

    /// <summary>Listening beyond loopback without TLS and tokens is refused unless this says that it is meant.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>PEM files; both or neither.</summary>
    public string? Certificate { get; init; }

    public string? Key { get; init; }

    /// <summary>Null: nobody is asked for a token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Where others reach it, for links in alerts; null: as it listens.</summary>
    public Uri? ExternalUrl { get; init; }

    public bool Tls => Certificate is not null;

    public static HttpOptions Read(ConfigReader r)
    {
        var listen = r.Section("listen");
        var tls = r.Section("tls");
        var options = new HttpOptions
        {
            Endpoint = listen.Value("address", new IPEndPoint(IPAddress.Loopback, 8484), "address:port, e.g. 127.0.0.1:8484, 0.0.0.0:8484, [::1]:8484; port 0 to 65535, 0 takes a free one", ParseEndpoint)!,
            AllowInsecure = listen.Flag("allow_insecure", false),
            ExternalUrl = listen.Value<Uri>("external_url", null, "http:// or https:// and a host", WebUrl),
            Certificate = tls.Text("certificate", null, "a PEM file"),
            Key = tls.Text("key", null, "a PEM file"),
            TokenFile = r.Section("tokens").Text("file", null, "a file with lines of 'role[,role] token'"),
        };
        if (options.Certificate is null != options.Key is null)
            tls.Problem(options.Certificate is null ? "certificate" : "key", "not set: expected both of tls.certificate and tls.key, or neither");
        if (!IPAddress.IsLoopback(options.Endpoint.Address) && !options.AllowInsecure && !(options.Tls && options.TokenFile is not null))
        {
            listen.Problem("address", $"'{options.Endpoint}' is not loopback: expected tls.certificate, tls.key and tokens.file to be set with it"
                + $" ({Missing(options)}), or listen.allow_insecure: true where the network in front of it is trusted");
        }
        return options;
    }

    public static (bool, Uri?) WebUrl(string text) =>
        (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.UserInfo.Length == 0, uri);

    private static string Missing(HttpOptions o) =>
        o.Tls ? "tokens.file is missing" : o.TokenFile is null ? "all three are missing" : "the certificate is missing";

    private static (bool, IPEndPoint?) ParseEndpoint(string text)
    {
        // Without a colon and a port IPEndPoint.Parse takes port 0, and "10" for an address.
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || text.EndsWith(']') || !ushort.TryParse(text.AsSpan(colon + 1), out var port))
            return (false, null);
        var host = text[..colon];
        if (host == "localhost")
            return (true, new IPEndPoint(IPAddress.Loopback, port));
        if (host is ['[', .., ']'])
            host = host[1..^1];
        else if (host.Contains(':') || host.Count(c => c == '.') != 3)
            return (false, null);
        return IPAddress.TryParse(host, out var address) ? (true, new IPEndPoint(address, port)) : (false, null);
    }
}

/// <summary>Bounds of the HTTP server.</summary>
internal sealed record HttpLimits
{
    public int Connections { get; init; }

    /// <summary>Requests worked on at one time, remote_write and streams aside; more are answered 503 at once.</summary>
    public int Requests { get; init; }

    public int Streams { get; init; }

    /// <summary>From SIGTERM until the process is gone.</summary>
    public TimeSpan Shutdown { get; init; }

    /// <summary>Nodes whose state is kept for reading.</summary>
    public int Nodes { get; init; }

    /// <summary>Bytes of memory for recent frames with what was expected of them; 0: none are kept.</summary>
    public long Frames { get; init; }

    public static HttpLimits Read(ConfigReader r) => new()
    {
        Connections = r.Whole("connections", 2000, 10, 100_000, "connections"),
        Requests = r.Whole("requests", 64, 1, 10_000, "requests"),
        Streams = r.Whole("streams", 200, 1, 10_000, "subscribers"),
        Shutdown = r.Duration("shutdown", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
        Nodes = r.Whole("nodes", 50_000, 1, 1_000_000, "nodes"),
        Frames = r.Bytes("frames", 128 << 20, 0, 64L << 30),
    };
}
