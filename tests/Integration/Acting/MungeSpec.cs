using System.Net;
using System.Net.Http.Headers;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http.Access;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Integration.Serve;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>Credentials of a real munged: who made them is known, each is good once, and munge that is away is no refusal.</summary>
public sealed class MungeSpec(ITestOutputHelper output)
{
    [Fact]
    public async Task Each_kind_of_credential_is_told_apart()
    {
        if (MungeDaemon.IsLeftOut(output))
            return;
        using var munge = new MungeDaemon();
        await munge.StartAsync();
        using var reader = new MungeReader(new MungeOptions("unmunge", munge.Socket, TimeSpan.FromSeconds(60)), (command, stop) => BoundedCommand.RunAsync(command, TimeProvider.System, stop));

        var good = await munge.MakeAsync("mine");
        Assert.Equal(new MungeAnswer(200, 0, "mine", null), await reader.ReadAsync(good, default));
        var again = await reader.ReadAsync(good, default);
        Assert.Equal((401, true), (again.Status, again.Problem!.Contains("used before", StringComparison.Ordinal)));

        var nobody = uint.Parse((await TocsinProcess.RunAsync("id", ["-u", "nobody"], TimeSpan.FromSeconds(60))).Output);
        Assert.Equal(new MungeAnswer(200, nobody, "UID: 0\n\nroot", null), await reader.ReadAsync(await munge.MakeAsync("UID: 0\n\nroot", "nobody"), default));

        var old = await munge.MakeAsync("old", null, "--ttl=1");
        var made = DateTimeOffset.UtcNow;
        await Waiting.ForAsync(() => DateTimeOffset.UtcNow - made > TimeSpan.FromSeconds(3), "its second and munge's own whole seconds to pass");
        var expired = await reader.ReadAsync(old, default);
        Assert.Equal((401, true), (expired.Status, expired.Problem!.Contains("expired", StringComparison.Ordinal)));

        var theirs = await munge.MakeAsync("x", null, "--restrict-uid=nobody");
        Assert.Equal(401, (await reader.ReadAsync(theirs, default)).Status);
        Assert.Equal(401, (await reader.ReadAsync(good[..^9] + "AAAAAAAA:", default)).Status);

        var before = await munge.MakeAsync("x");
        munge.Stop();
        Assert.Equal(503, (await reader.ReadAsync(before, default)).Status);
        await munge.StartAsync("of another cluster");
        Assert.Equal(401, (await reader.ReadAsync(before, default)).Status);
    }

    [Fact]
    public async Task The_daemon_asks_munge_and_says_why_not()
    {
        if (MungeDaemon.IsLeftOut(output))
            return;
        using var munge = new MungeDaemon();
        await munge.StartAsync();
        await using var serve = await ServeProcess.StartAsync($"slurm: {{munge: {{enabled: true, socket: '{munge.Socket}', limit: 60s}}}}");
        const string path = "/api/v1/jobs/7/checkpoint";
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(serve, path, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(serve, path, await munge.MakeAsync(MungeGate.Payload("GET", path + "/ack", []))));
        // It is let in; nothing decides about jobs there.
        var good = await munge.MakeAsync(MungeGate.Payload("GET", path, []));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(serve, path, good));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(serve, path, good));
        Assert.DoesNotContain(good, serve.Said);
    }

    private static async Task<HttpStatusCode> AskAsync(ServeProcess serve, string path, string? credential)
    {
        using var http = new HttpClient { Timeout = ServeProcess.Limit };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(serve.Address, path));
        if (credential is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Munge", credential);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
