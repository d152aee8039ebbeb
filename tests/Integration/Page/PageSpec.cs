using Xunit.Abstractions;

namespace Tocsin.Integration.Page;

/// <summary>The page in a real Chromium: tests/Page, run by Node.</summary>
public sealed class PageSpec(ITestOutputHelper output)
{
    [Fact]
    public async Task The_page_does_in_a_browser_what_it_should()
    {
        if (await BrowserTests.FolderAsync(output) is not { } folder)
            return;
        await using var large = await PageCluster.StartAsync(1000);
        await using var closed = await PageCluster.StartAsync(1, tokens: true);
        await using var empty = await PageCluster.StartAsync(0);
        using var controls = new PageControls(large);
        // One after the other: they make things happen in the same cluster.
        foreach (var file in (string[])["operator.test.mjs", "actions.test.mjs", "page.test.mjs"])
        {
            var status = await BrowserTests.RunAsync("node", folder, output,
                [("PAGE", large.Host.Address.ToString()), ("CLOSED", closed.Host.Address.ToString()), ("EMPTY", empty.Host.Address.ToString()), ("CONTROLS", controls.Address.ToString()), ("TOKEN", PageCluster.Token), ("CHROMIUM", BrowserTests.Chromium)],
                "--test", "--test-reporter=spec", file);
            Assert.True(status == 0, $"a test of {file} failed; the output says which");
        }
    }
}
