using System.Net;
using System.Net.Sockets;
using System.Text;
using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>deploy/slurm/tocsin.nhc against the daemon's own route, and against all that is not the daemon. The Node Health Check is no package of Debian's: the check is sourced
/// with its options of the shell and beside a <c>die</c> that does what its own does, which ends the shell.</summary>
public sealed class NodeCheckSpec(ITestOutputHelper output)
{
    /// <summary>As the Node Health Check is: names are not expanded, fields are split as they usually are, die logs, marks the node and ends.</summary>
    private const string Driver = """
        set -f
        function die() { local RET="$1"; shift; eval echo offline "'$*'"; exit $RET; }
        PATH=/sbin:/usr/sbin:/bin:/usr/bin HOSTNAME=cn0421.example.org
        . "$1"
        CHECK="check_tocsin $2"
        eval $CHECK
        RET=$?
        echo "healthy $RET"
        """;

    [Fact]
    public async Task A_suspect_is_unhealthy_by_a_short_reason_and_every_other_node_is_healthy()
    {
        if (IsLeftOut())
            return;
        await using var desk = new CheckDesk();
        await desk.StartAsync();
        var url = desk.Address.ToString();
        Assert.Equal((0, "healthy 0"), await CheckAsync(url));
        desk.Tell("cn0421");
        Assert.Equal((1, "offline check_tocsin: alert hpc-17 memory"), await CheckAsync(url));
        Assert.Equal((1, "offline check_tocsin: alert hpc-17 memory"), await CheckAsync($"{url} cn0421"));
        Assert.Equal((0, "healthy 0"), await CheckAsync($"{url} cn0422"));
        Assert.Equal((0, "healthy 0"), await CheckAsync($"{url} cn0421/../cn0421"));
        Assert.Equal((1, "check_tocsin: alert hpc-17 memory"), await RunAsync([HookScripts.Find("tocsin.nhc"), url, "cn0421"]));
        Assert.Equal((0, "ok"), await RunAsync([HookScripts.Find("tocsin.nhc"), url, "cn0422"]));
        desk.Tell("cn0421", held: true);
        Assert.Equal((0, "healthy 0"), await CheckAsync(url));
    }

    [Theory]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 24\r\n\r\nsuspect hpc-17 memory\n\n\n")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 22\r\n\r\nsuspect hpc-17 memory\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nsuspect hpc-17 memory\nand more\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\nsuspect hpc-17 $(reboot)';true '")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\nsuspect\0 hpc-17 memory\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsuspect \n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\nsuspect hpc-17 memory\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n16\r\nsuspect hpc-17 memory\n\r\n")]
    [InlineData("suspect hpc-17 memory\n")]
    [InlineData("")]
    public async Task Whatever_is_not_exactly_the_daemons_word_is_healthy(string answer)
    {
        if (IsLeftOut())
            return;
        using var other = new OtherServer(Encoding.Latin1.GetBytes(answer));
        Assert.Equal((0, "healthy 0"), await CheckAsync(other.Url));
        Assert.True(other.Asked, "it was asked");
    }

    [Fact]
    public async Task A_daemon_that_hangs_or_is_not_there_leaves_the_node_healthy_within_its_limit()
    {
        if (IsLeftOut())
            return;
        using var hangs = new OtherServer(null);
        foreach (var url in (string[])[hangs.Url, $"http://127.0.0.1:{FakeExporter.FreePort()}", "http://no-such-host.invalid:8484", "http://[broken"])
        {
            // What waited for this daemon would wait for ever: it is killed after a minute, and the test fails.
            Assert.Equal((0, "healthy 0"), await CheckAsync(url));
        }
        Assert.True(hangs.Asked, "it was asked");
    }

    private bool IsLeftOut() => !SystemPart.IsThere("/usr/bin/curl", "curl", output);

    private static Task<(int, string)> CheckAsync(string arguments) => RunAsync(["/bin/bash", "-c", Driver, "nhc", HookScripts.Find("tocsin.nhc"), arguments]);

    private static async Task<(int Code, string Output)> RunAsync(string[] command)
    {
        var (code, text) = await HookScripts.RunAsync(command, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" });
        return (code, text.Trim());
    }

    /// <summary>Answers each connection with the same bytes, or, where there are none, never.</summary>
    private sealed class OtherServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> _open = [];
        private readonly byte[]? _answer;

        public OtherServer(byte[]? answer)
        {
            _answer = answer;
            _listener.Start();
            _ = AcceptAsync();
        }

        public string Url => $"http://{_listener.LocalEndpoint}";

        public bool Asked { get; private set; }

        public void Dispose()
        {
            _listener.Stop();
            lock (_open)
                _open.ForEach(c => c.Dispose());
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var client = await _listener.AcceptTcpClientAsync();
                    lock (_open)
                        _open.Add(client);
                    var stream = client.GetStream();
                    Asked |= await stream.ReadAsync(new byte[4096]) > 0;
                    if (_answer is null)
                        continue;
                    await stream.WriteAsync(_answer);
                    client.Close();
                }
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
            {
                // The test is over, or the client has had enough.
            }
        }
    }
}
