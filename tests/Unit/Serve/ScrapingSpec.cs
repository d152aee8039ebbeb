using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tocsin.Unit.Serve;

public sealed class ScrapingSpec
{
    [Fact]
    public async Task Exporters_of_the_config_are_scraped_into_the_log_and_shown()
    {
        using var exporter = new HttpListener();
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            exporter.Prefixes.Add($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }
        exporter.Start();
        var answering = AnswerAsync(exporter);
        var port = new Uri(exporter.Prefixes.Single()).Port;
        await using (var running = await RunningHost.StartAsync($"cadence: 1s\nscrape: {{targets: ['127.0.0.1:{port}']}}\nidentity: {{strip_domain: false}}"))
        {
            for (var i = 0; i < 600 && !running.Backend.Snapshot().Any(t => t is { Series: "up", Value: 1 }); i++)
                await Task.Delay(50);
            var taken = running.Backend.Snapshot();
            Assert.Contains(taken, t => t is { Node: "127.0.0.1", Series: "node_load1", Value: 0.25 });
            Assert.Contains(taken, t => t is { Series: "up", Value: 1 });
            Assert.Contains("tocsin_scrape_targets{state=\"up\"} 1\n", await running.TextAsync("/metrics"));
            var checks = (await running.JsonAsync("/-/ready")).Body["checks"]!.AsArray();
            Assert.Equal("1 targets up, 0 down", checks.Single(c => c!["name"]!.GetValue<string>() == "scrape")!["detail"]!.GetValue<string>());
        }
        exporter.Stop();
        await answering;
    }

    private static async Task AnswerAsync(HttpListener exporter)
    {
        while (true)
        {
            try
            {
                var context = await exporter.GetContextAsync();
                await context.Response.OutputStream.WriteAsync(Encoding.ASCII.GetBytes("node_load1 0.25\n"));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
