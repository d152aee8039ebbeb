using System.Net;
using System.Net.Sockets;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Page;

/// <summary>By what the browser's tests make things happen in the cluster: <c>POST /raise/cn0007</c> and the like.</summary>
internal sealed class PageControls : IDisposable
{
    private readonly PageCluster _cluster;
    private readonly HttpListener _listener = new();
    private readonly Task _work;
    private long _number = 100;

    public PageControls(PageCluster cluster)
    {
        _cluster = cluster;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _work = RunAsync();
    }

    public Uri Address { get; }

    public void Dispose()
    {
        _listener.Close();
        _work.Wait(TimeSpan.FromSeconds(30));
    }

    private async Task RunAsync()
    {
        Alert? last = null;
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var words = context.Request.Url!.AbsolutePath.Trim('/').Split('/');
            switch (words[0])
            {
                case "raise":
                    last = _cluster.Alert(++_number, words[1], FaultKind.Network, Severity.Critical, 0, $"{words[1]}: node fault likely (network)", "Packets dropped 900/s, expected 0.");
                    _cluster.Tell(new AlertRaised(last));
                    break;
                case "clear":
                    _cluster.Tell(new AlertCleared(last! with { Revision = 2, ClearedMs = last.UpdatedMs + 1000, Reason = ClearReason.Over }));
                    break;
                case "become":
                    _cluster.Become(words[1], Enum.Parse<NodeCondition>(words[2], ignoreCase: true));
                    break;
                case "library":
                    _cluster.Learn(long.Parse(words[1]), "made while somebody looked");
                    break;
                case "churn":
                    _cluster.Churn(double.Parse(words[1]));
                    break;
                default:
                    context.Response.StatusCode = 404;
                    break;
            }
            context.Response.Close();
        }
    }
}
