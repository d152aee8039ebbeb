namespace Tocsin.Ingest.RemoteWrite;

/// <summary>What to tell the sender, and so what it does next: 204 it goes on, 4xx it drops the request for good, 503 it sends it again.</summary>
/// <remarks>Samples that are not wanted are answered 204 all the same, and counted: a 400 would make Prometheus drop the good ones of the same
/// request with them, and a 503 would make it send the bad ones for ever.</remarks>
/// <param name="Status">204, 400, 413, 415 or 503.</param>
/// <param name="Reason">One line; null with 204.</param>
/// <param name="RetryAfter">With 503, where the sink names a time.</param>
public sealed record RemoteWriteAnswer(int Status, string? Reason, TimeSpan? RetryAfter = null)
{
    public static RemoteWriteAnswer NoContent { get; } = new(204, null);

    /// <summary>Null where the headers fit remote_write 0.1.0; else the answer.</summary>
    public static RemoteWriteAnswer? OfHeaders(string? contentEncoding, string? contentType)
    {
        if (contentEncoding is not null && !contentEncoding.Equals("snappy", StringComparison.OrdinalIgnoreCase))
            return new(415, $"Content-Encoding is '{Short(contentEncoding)}', expected snappy");
        if (contentType is null)
            return null;
        var semicolon = contentType.IndexOf(';');
        var type = (semicolon < 0 ? contentType : contentType[..semicolon]).Trim();
        if (!type.Equals("application/x-protobuf", StringComparison.OrdinalIgnoreCase))
            return new(415, $"Content-Type is '{Short(type)}', expected application/x-protobuf");
        return contentType.Contains("write.v2", StringComparison.Ordinal) ? new(415, "expected prometheus.WriteRequest (remote_write 0.1.0), not version 2") : null;
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..60];
}
