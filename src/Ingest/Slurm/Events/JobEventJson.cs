using System.Text.Json;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Events;

/// <summary>One event of a request, or why it is none.</summary>
/// <param name="Index">In the request, from 0.</param>
/// <param name="Error">Null where there is an event.</param>
public readonly record struct JobEventItem(int Index, JobEvent? Event, string? Error);

/// <summary>A request's events. Where <see cref="Refused"/> is there, it could not be read at all and nothing of it is taken.</summary>
public sealed record JobEventBatch(IReadOnlyList<JobEventItem> Items, string? Refused)
{
    public IReadOnlyList<JobEvent> Events => Items.Where(i => i.Event is not null).Select(i => i.Event!).ToArray();
}

/// <summary>Reads the body of <c>POST /api/v1/jobs/events</c>: a JSON array of events, one event, or one a line. The form is in docs/FORMATS.md.</summary>
public static class JobEventJson
{
    public const int MaxBytes = 4 << 20;

    public const int MaxEvents = 10_000;

    /// <summary>Of all events of a request together: a short list can stand for many names.</summary>
    public const int MaxNodes = 1_000_000;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 4 };

    /// <param name="nowMs">Times that lie more than an hour after it are refused.</param>
    public static JobEventBatch Parse(ReadOnlyMemory<byte> body, long nowMs)
    {
        if (body.Length > MaxBytes)
            return Refuse($"the body has {body.Length} bytes: expected at most {MaxBytes}; send fewer events at once");
        var reader = new JobEventReader(nowMs, MaxNodes);
        var whole = Document(body, out var why);
        if (whole is null)
            return body.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] ? Lines(body, reader) : Refuse($"no JSON: {why}");
        using (whole)
        {
            if (whole.RootElement.ValueKind != JsonValueKind.Array)
                return new JobEventBatch([reader.Read(0, whole.RootElement)], null);
            var count = whole.RootElement.GetArrayLength();
            if (count > MaxEvents)
                return Refuse($"{count} events at once: expected at most {MaxEvents}");
            return new JobEventBatch(whole.RootElement.EnumerateArray().Select((e, i) => reader.Read(i, e)).ToArray(), null);
        }
    }

    private static JobEventBatch Lines(ReadOnlyMemory<byte> body, JobEventReader reader)
    {
        var items = new List<JobEventItem>();
        for (var rest = body; rest.Length > 0;)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
                continue;
            if (items.Count == MaxEvents)
                return Refuse($"more than {MaxEvents} events at once");
            using var document = Document(line, out var why);
            items.Add(document is null ? new JobEventItem(items.Count, null, $"no JSON: {why}") : reader.Read(items.Count, document.RootElement));
        }
        return new JobEventBatch(items, null);
    }

    private static JsonDocument? Document(ReadOnlyMemory<byte> text, out string? why)
    {
        why = null;
        try
        {
            return JsonDocument.Parse(text, Options);
        }
        catch (JsonException e)
        {
            why = OneLine.Of(e.Message);
            return null;
        }
    }

    private static JobEventBatch Refuse(string why) => new([], why);
}
