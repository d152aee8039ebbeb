using System.Net;
using System.Text.RegularExpressions;
using Tocsin.Daemon.Http.Page;

namespace Tocsin.Unit.Serve;

public sealed partial class PageRoutesSpec
{
    [Fact]
    public async Task The_page_is_there_without_a_token_and_all_that_it_names()
    {
        await using var running = await RunningHost.StartAsync(tokens: true);
        using var page = await running.SendAsync("GET", "/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        var named = Named().Matches(await page.Content.ReadAsStringAsync()).Select(m => m.Groups[1].Value).ToList();
        Assert.Contains("page/main.js", named);
        foreach (var file in named)
        {
            using var answer = await running.SendAsync("GET", "/" + file);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, file);
        }
        Assert.Equal(HttpStatusCode.Unauthorized, (await running.JsonAsync("/api/v1/nodes/changes")).Status);
    }

    [Fact]
    public async Task Every_file_comes_with_a_strict_policy_and_again_only_when_it_changed()
    {
        await using var running = await RunningHost.StartAsync();
        foreach (var name in PageFiles.Names.Append(""))
        {
            using var file = await running.SendAsync("GET", name.Length == 0 ? "/" : $"/page/{name}");
            var policy = file.Headers.GetValues("Content-Security-Policy").Single();
            Assert.StartsWith("default-src 'none'", policy);
            Assert.DoesNotContain("unsafe", policy);
            Assert.Equal("nosniff", file.Headers.GetValues("X-Content-Type-Options").Single());
            using var again = new HttpClient();
            again.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", file.Headers.ETag!.ToString());
            using var unchanged = await again.GetAsync(file.RequestMessage!.RequestUri);
            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        }
    }

    [Theory]
    [InlineData("/page/none.js")]
    [InlineData("/page/..%2Findex.html")]
    [InlineData("/page/%2e%2e/index.html")]
    public async Task What_is_no_file_of_the_page_is_not_found(string path)
    {
        await using var running = await RunningHost.StartAsync();
        using var answer = await running.SendAsync("GET", path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    /// <summary>Through a tunnel and behind a prefix only relative addresses are right; and no other host is ever asked.</summary>
    [Fact]
    public void No_address_in_it_is_absolute_and_no_text_becomes_markup()
    {
        foreach (var name in PageFiles.Names.Where(n => !n.EndsWith(".svg", StringComparison.Ordinal)))
        {
            var text = System.Text.Encoding.UTF8.GetString(PageFiles.Find(name)!.Bytes).Replace("http://www.w3.org/2000/svg", "");
            Assert.DoesNotMatch(@"https?://|(src|href)=""/|['`""]/(api|page)/", text);
            Assert.DoesNotMatch(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|\son\w+=""|\sstyle=""", text);
        }
    }

    [GeneratedRegex("(?:src|href)=\"(page/[^\"]+)\"")]
    private static partial Regex Named();
}
