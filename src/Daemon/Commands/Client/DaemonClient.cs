using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tocsin.Daemon.Config;
using Tocsin.Ingest.Sources;
using Tocsin.Shared;

namespace Tocsin.Daemon.Commands.Client;

/// <summary>The options by which a command finds the daemon that runs.</summary>
internal sealed class DaemonOptions
{
    private readonly Option<string> _url = new("--url") { Description = "of the daemon", DefaultValueFactory = _ => "http://127.0.0.1:8484" };
    private readonly Option<string?> _token = new("--token-file") { Description = "file with a token, where the daemon asks for one" };
    private readonly Option<string?> _authority = new("--authority-file") { Description = "PEM file with the authority of the daemon's certificate, where the system does not know it" };

    public void AddTo(Command command)
    {
        command.Add(_url);
        command.Add(_token);
        command.Add(_authority);
        command.Validators.Add(r =>
        {
            if (r.GetResult(_url)?.Tokens is [{ Value: var url }, ..] && Address(url) is null)
                r.AddError($"--url '{url}': expected an http or https address, e.g. http://127.0.0.1:8484");
        });
    }

    /// <exception cref="BadDataException">A file is not there or is none of its kind.</exception>
    public DaemonClient Connect(ParseResult parsed) =>
        new(Address(parsed.GetRequiredValue(_url))!, new HttpAccess { BearerTokenFile = parsed.GetValue(_token), AuthorityFile = parsed.GetValue(_authority) });

    private static Uri? Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 ? url : null;
}

/// <summary>Asks the daemon over HTTP, once; what it refuses is one line.</summary>
internal sealed class DaemonClient(Uri address, HttpAccess access) : IDisposable
{
    private const int MaxBody = 64 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = access.Client();

    /// <param name="body">Null: none.</param>
    /// <exception cref="TocsinException">It cannot be reached, or says no; the line says why.</exception>
    public async Task<JsonNode> JsonAsync(HttpMethod method, string path, JsonNode? body, CancellationToken stop)
    {
        try
        {
            return JsonNode.Parse(await TextAsync(method, path, body, stop)) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new DependencyException($"{address} does not answer as Tocsin does; check --url");
        }
    }

    /// <exception cref="TocsinException">It cannot be reached, or says no; the line says why.</exception>
    public async Task<string> TextAsync(HttpMethod method, string path, JsonNode? body, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(address, address.AbsolutePath.TrimEnd('/') + path));
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("tocsin", null));
            access.Sign(request);
            if (body is not null)
                request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            await answer.Content.LoadIntoBufferAsync(MaxBody, limit.Token);
            var text = await answer.Content.ReadAsStringAsync(limit.Token);
            return answer.IsSuccessStatusCode ? text : throw new BadDataException($"{Detail(text) ?? $"status {(int)answer.StatusCode}"} ({(int)answer.StatusCode} from {address.Authority})");
        }
        catch (HttpRequestException e)
        {
            throw new DependencyException($"{address} cannot be asked: {OneLine.Of(e.Message, 300)}; is the daemon up, and --url right?", e);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new DependencyException($"{address} did not answer within {Limit.TotalSeconds:0} s");
        }
    }

    public void Dispose() => _http.Dispose();

    private static string? Detail(string text)
    {
        try
        {
            return JsonNode.Parse(text)?["detail"]?.GetValue<string>() is { } detail ? OneLine.Of(detail, 500) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
