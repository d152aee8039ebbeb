using System.Globalization;
using System.Text.Json;

namespace Tocsin.Daemon.Demo;

/// <summary>An alert as <c>GET /api/v1/alerts</c> gives it; times in unix milliseconds.</summary>
internal sealed record ShownAlert(string Id, string Cause, string Kind, long SinceMs, long RaisedMs, long? ClearedMs, IReadOnlyList<string> Nodes, string? JobId, string Summary, string Evidence, bool Merged)
{
    public static ShownAlert Of(JsonElement a) => new(
        a.GetProperty("id").GetString()!, a.GetProperty("cause").GetString()!, a.GetProperty("kind").GetString()!, Time(a, "since")!.Value, Time(a, "raised")!.Value, Time(a, "cleared"),
        [.. a.GetProperty("nodes").EnumerateArray().Select(n => n.GetString()!)],
        a.TryGetProperty("job", out var job) && job.ValueKind == JsonValueKind.Object ? job.GetProperty("id").GetString() : null,
        a.GetProperty("summary").GetString()!, a.GetProperty("evidence").GetString()!, a.TryGetProperty("merged_into", out var into) && into.ValueKind == JsonValueKind.String);

    private static long? Time(JsonElement of, string name) =>
        of.TryGetProperty(name, out var time) && time.ValueKind == JsonValueKind.String
            ? DateTimeOffset.Parse(time.GetString()!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() : null;
}
