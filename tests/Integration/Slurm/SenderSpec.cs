using System.Collections.Concurrent;
using System.Net;
using Tocsin.Ingest.Slurm.Events;

namespace Tocsin.Integration.Slurm;

/// <summary>The spool's sender: what was not answered 2xx stays, and nothing stays for ever because of one bad file.</summary>
public sealed class SenderSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
    private readonly HookScripts _hooks;
    private readonly ConcurrentQueue<string> _taken = new();
    private readonly ConcurrentQueue<string?> _authorizations = new();
    private readonly FakeExporter _server;
    private Func<byte[], int> _status = _ => 200;

    public SenderSpec()
    {
        _hooks = new HookScripts(Path.Combine(_folder, "spool"));
        _server = new FakeExporter(AnswerAsync);
    }

    private string Url => $"http://127.0.0.1:{_server.Port}/";

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_hooks_left_is_sent_once_and_gone()
    {
        await _hooks.PrologAsync(HookScripts.Variables("1", "a\nb\"|"));
        await _hooks.EpilogAsync(HookScripts.Variables("1", "a\nb\"|"));
        Assert.Equal((0, ""), await _hooks.SendAsync(Url));
        Assert.Empty(_hooks.Waiting);
        Assert.Equal(["1", "1"], _taken);
        Assert.Equal((0, ""), await _hooks.SendAsync(Url));
        Assert.Equal(2, _taken.Count);
    }

    [Fact]
    public async Task Many_events_go_in_batches()
    {
        Fill(450);
        Assert.Equal((0, ""), await _hooks.SendAsync(Url));
        Assert.Equal(450, _taken.Distinct().Count());
        Assert.Equal(3, _authorizations.Count);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task What_was_not_answered_2xx_stays(int status)
    {
        Fill(3);
        _status = _ => status;
        var (code, said) = await _hooks.SendAsync(Url, "--tries", "1");
        Assert.Equal(1, code);
        Assert.Contains($"no 2xx ({status})", said, StringComparison.Ordinal);
        Assert.Equal(3, _hooks.Waiting.Length);
    }

    [Fact]
    public async Task A_server_that_is_away_loses_nothing()
    {
        Fill(3);
        _server.Dispose();
        Assert.Equal(1, (await _hooks.SendAsync(Url, "--tries", "1")).Code);
        Assert.Equal(3, _hooks.Waiting.Length);
    }

    [Fact]
    public async Task A_server_that_comes_back_gets_all()
    {
        Fill(3);
        var tries = 0;
        _status = _ => Interlocked.Increment(ref tries) <= 2 ? 503 : 200;
        Assert.Equal(0, (await _hooks.SendAsync(Url)).Code);
        Assert.Empty(_hooks.Waiting);
        Assert.Equal(3, _taken.Count);
    }

    [Fact]
    public async Task A_file_that_is_refused_is_kept_aside_and_holds_no_other_up()
    {
        Fill(5);
        await File.WriteAllTextAsync(Path.Combine(_hooks.Spool, "new", "1700000002x"), "poison\n");
        _status = body => body.AsSpan().IndexOf("poison"u8) >= 0 ? 400 : 200;
        Assert.Equal(0, (await _hooks.SendAsync(Url)).Code);
        Assert.Empty(_hooks.Waiting);
        Assert.Equal(5, _taken.Count);
        Assert.Equal(["1700000002x"], Directory.GetFiles(Path.Combine(_hooks.Spool, "refused")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Two_senders_at_once_send_nothing_twice()
    {
        Fill(300);
        var both = await Task.WhenAll(_hooks.SendAsync(Url), _hooks.SendAsync(Url), _hooks.SendAsync(Url));
        Assert.All(both, b => Assert.Equal((0, ""), b));
        Assert.Empty(_hooks.Waiting);
        Assert.Equal(300, _taken.Count);
    }

    [Fact]
    public async Task A_token_goes_into_the_header_and_a_bad_one_nowhere()
    {
        var token = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(token, "abc.DEF-123=\n");
        Fill(1);
        Assert.Equal(0, (await _hooks.SendAsync(Url, "--token-file", token)).Code);
        Assert.Equal(["Bearer abc.DEF-123="], _authorizations);
        await File.WriteAllTextAsync(token, "a\"\nurl = \"http://evil\"\n");
        Fill(1);
        Assert.Contains("characters that no token has", (await _hooks.SendAsync(Url, "--token-file", token, "--tries", "1")).Output, StringComparison.Ordinal);
        Assert.Null(_authorizations.Last());
    }

    [Theory]
    [InlineData("--url", "ftp://x")]
    [InlineData("--what", "x")]
    [InlineData("--loop", "often")]
    [InlineData("--tries", "0")]
    public async Task Wrong_words_end_with_2(string word, string value) =>
        Assert.Equal(2, (await HookScripts.RunAsync([HookScripts.Find("tocsin-send-job-events"), "--url", Url, word, value], [])).Code);

    private void Fill(int events)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_hooks.Spool, "new")).FullName;
        for (var i = 0; i < events; i++)
            File.WriteAllText(Path.Combine(folder, $"{1_700_000_000 + i}.{i}.start.1"), $$"""{"event":"start","jobId":"{{i}}","time":1700000000,"nodes":"n1"}""" + "\n");
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        _authorizations.Enqueue(context.Request.Headers["Authorization"]);
        context.Response.StatusCode = _status(body.ToArray());
        if (context.Response.StatusCode == 302)
            context.Response.RedirectLocation = "http://127.0.0.1:1/";
        var batch = JobEventJson.Parse(body.ToArray(), long.MaxValue / 2);
        if (context.Response.StatusCode == 200)
        {
            foreach (var e in batch.Events)
                _taken.Enqueue(e.JobId);
        }
        await FakeExporter.WriteAsync(context, $$"""{"accepted": {{batch.Events.Count}}, "rejected": []}""");
    }
}
