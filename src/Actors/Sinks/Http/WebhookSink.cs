using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks.Http;

/// <param name="Secret">Null: not signed.</param>
public sealed record WebhookOptions(Uri Url, SecretFile? Secret, HttpAuth Auth);

/// <summary>One POST a revision. <c>X-Tocsin-Signature: v1=HEX</c> is HMAC-SHA256 over <c>TIMESTAMP.BODY</c> with <c>X-Tocsin-Timestamp</c> (unix
/// seconds) as TIMESTAMP, so that a receiver can refuse what is forged and what is old.</summary>
public sealed class WebhookSink(string name, WebhookOptions options, TimeProvider time, HttpClient? client = null) : IAlertSink, IDisposable
{
    private readonly HttpClient _client = client ?? HttpCall.Client();

    public string Name => name;

    public int Concurrency => 4;

    public async ValueTask<Delivery> DeliverAsync(OutboxRow row, CancellationToken stop)
    {
        var body = AlertJson.Of(row.Event);
        using var request = HttpCall.Post(options.Url, body);
        options.Auth.Apply(request);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        request.Headers.Add("X-Tocsin-Timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("X-Tocsin-Delivery", Delivery(row.Event.Alert));
        if (options.Secret is { } secret)
            request.Headers.Add("X-Tocsin-Signature", Sign(secret.Read(), timestamp, body));
        return await HttpCall.SendAsync(_client, request, time, stop).ConfigureAwait(false);
    }

    /// <summary>The same for every attempt at one revision: by it a receiver knows what it has had.</summary>
    public static string Delivery(Alert alert) => $"{alert.Id}.{alert.Revision}";

    public static string Sign(string secret, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.ASCII.GetBytes(timestamp.ToString(CultureInfo.InvariantCulture) + "."));
        hmac.AppendData(body);
        return "v1=" + Convert.ToHexStringLower(hmac.GetHashAndReset());
    }

    public void Dispose() => _client.Dispose();
}
