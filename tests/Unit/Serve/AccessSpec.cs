using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Tocsin.Daemon.Http;
using Tocsin.Daemon.Http.Access;

namespace Tocsin.Unit.Serve;

/// <summary>Every route, every kind of token.</summary>
public sealed class AccessSpec
{
    [Fact]
    public async Task Each_route_asks_for_its_role_and_for_no_other()
    {
        await using var running = await RunningHost.StartAsync(tokens: true);
        Assert.Contains(running.Host.Routes, r => r.Role == Roles.Read);
        foreach (var route in running.Host.Routes)
        {
            var path = route.Path.Replace("{**key}", "cn1").Replace("{id}", "c1-1");
            foreach (var (token, roles) in new (string?, Roles)[]
                { (null, Roles.None), ("wrong-token-0123456789", Roles.None), (RunningHost.ReadToken, Roles.Read), (RunningHost.IngestToken, Roles.Ingest), (RunningHost.OperateToken, Roles.Operate | Roles.Read) })
            {
                using var response = await running.SendAsync(route.Method, path, token);
                var status = (int)response.StatusCode;
                var expected = route.Role == Roles.None || (roles & route.Role) != 0 ? 0 : roles == Roles.None ? 401 : 403;
                Assert.True(expected == 0 ? status is not (401 or 403) : status == expected, $"{route.Method} {path} with {token}: {status}, expected {(expected == 0 ? "to pass" : expected)}");
                if (expected == 0)
                    continue;
                var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
                Assert.Equal(ApiError.Word(status), body["error"]!.GetValue<string>());
                Assert.Equal(expected == 401, response.Headers.WwwAuthenticate.Count == 1);
            }
        }
        Assert.DoesNotContain("0123456789", running.Said);
    }

    [Fact]
    public async Task Where_no_tokens_are_set_nobody_is_asked()
    {
        await using var running = await RunningHost.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await running.JsonAsync("/api/v1/nodes")).Status);
    }

    [Fact]
    public async Task Who_may_not_read_is_told_whether_it_is_ready_but_not_why()
    {
        await using var running = await RunningHost.StartAsync(tokens: true);
        Assert.Empty((await running.JsonAsync("/-/ready")).Body["checks"]!.AsArray());
        Assert.NotEmpty((await running.JsonAsync("/-/ready", RunningHost.ReadToken)).Body["checks"]!.AsArray());
    }

    [Theory]
    [InlineData("Basic {0}")]
    [InlineData("{0}")]
    [InlineData("Bearer")]
    [InlineData("Bearer {0}x")]
    [InlineData("Bearer {0}\r\nAuthorization: Bearer {0}")]
    public async Task Only_one_bearer_token_is_taken(string header)
    {
        await using var running = await RunningHost.StartAsync(tokens: true);
        var answer = await RawAsync(running.Address, $"GET /api/v1/nodes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {string.Format(header, RunningHost.ReadToken)}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 401", answer);
    }

    [Theory]
    [InlineData("/nope", "GET", 404)]
    [InlineData("/api/v1/nodes/a/b/c", "GET", 404)]
    [InlineData("/api/v1/nodes/%01", "GET", 404)]
    [InlineData("/metrics", "POST", 405)]
    [InlineData("/api/v1/nodes?limit=0", "GET", 400)]
    [InlineData("/api/v1/nodes?limit=1&limit=2", "GET", 400)]
    [InlineData("/api/v1/nodes?what=1", "GET", 400)]
    [InlineData("/api/v1/nodes?condition=unwell", "GET", 400)]
    public async Task Every_refusal_has_the_one_shape(string path, string method, int status)
    {
        await using var running = await RunningHost.StartAsync();
        using var response = await running.SendAsync(method, path);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(["error", "detail"], body.Select(p => p.Key));
        Assert.Equal(ApiError.Word(status), body["error"]!.GetValue<string>());
        Assert.NotEqual("", body["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_request_line_or_headers_without_end_are_refused()
    {
        await using var running = await RunningHost.StartAsync();
        Assert.StartsWith("HTTP/1.1 414", await RawAsync(running.Address, $"GET /{new string('a', 10_000)} HTTP/1.1\r\nHost: x\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 431", await RawAsync(running.Address, $"GET / HTTP/1.1\r\nHost: x\r\nX: {new string('a', 20_000)}\r\n\r\n"));
    }

    internal static async Task<string> RawAsync(Uri address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
            using var reader = new StreamReader(stream);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            return await reader.ReadLineAsync(limit.Token) ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
