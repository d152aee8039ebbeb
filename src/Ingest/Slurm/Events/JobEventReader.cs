using System.Globalization;
using System.Text;
using System.Text.Json;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Events;

/// <summary>One JSON object to one job event. All that it says is checked here and nowhere after.</summary>
/// <param name="nodes">How many names all events together may have.</param>
internal sealed class JobEventReader(long nowMs, int nodes)
{
    private const long AheadMs = 3_600_000;

    private int _nodesLeft = nodes;

    public JobEventItem Read(int index, JsonElement json)
    {
        try
        {
            var why = Event(json, out var read);
            return new JobEventItem(index, read, why);
        }
        catch (InvalidOperationException)
        {
            // What JsonElement throws on text with half a surrogate pair, or bytes that are no UTF-8.
            return new JobEventItem(index, null, "text that is no Unicode");
        }
    }

    private string? Event(JsonElement json, out JobEvent? read)
    {
        read = null;
        if (json.ValueKind != JsonValueKind.Object)
            return "expected an object";
        if (Id(json) is not { } id)
            return "jobId: expected a job's id such as 12, 12_3 or 12+1";
        if (Source(json) is not { } source)
            return "source: expected hook or accounting";
        if (Time(json, "submit", out var submit) is { } badSubmit)
            return badSubmit;
        if (Time(json, "start", out var start) is { } badStart)
            return badStart;
        if (Time(json, "end", out var end) is { } badEnd)
            return badEnd;
        if (Time(json, "time", out var time) is { } badTime)
            return badTime;
        if (Kind(json, time, ref start, ref end) is { } badKind)
            return badKind;
        if (end < start)
            return "end: before start";
        if (Name(json, out var name) is { } badName)
            return badName;
        if (Nodes(json, out var list, out var count) is { } badNodes)
            return badNodes;
        read = new JobEvent
        {
            Source = source,
            JobId = id,
            JobName = name,
            User = Text(json, "user") is { Length: > 0 } user ? HostileText.Cut(user, JobEvent.MaxText) : null,
            SubmitMs = submit,
            StartMs = start,
            EndMs = end,
            State = Text(json, "state") is { } word ? JobStates.Parse(word) : end is null ? JobState.Running : JobState.Unknown,
            AsOfMs = time ?? end ?? start!.Value,
            NodeList = list,
            NodeCount = count,
        };
        return null;
    }

    /// <summary>A prolog knows when, and so does an epilog: <c>time</c> stands in for what they do not name.</summary>
    private static string? Kind(JsonElement json, long? time, ref long? start, ref long? end)
    {
        switch (Text(json, "event"))
        {
            case "start":
                start ??= time;
                return start is null ? "start: missing, and so is time" : end is null ? null : "end: not in an event of a start";
            case "end":
                end ??= time;
                return end is null ? "end: missing, and so is time" : null;
            case null when !json.TryGetProperty("event", out _):
                return start is null && end is null ? "expected start, end or both" : null;
            default:
                return "event: expected start or end";
        }
    }

    private static string? Id(JsonElement json)
    {
        if (!json.TryGetProperty("jobId", out var value))
            return null;
        var id = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            _ => "",
        };
        return JobIds.IsRun(id) ? id : null;
    }

    private static JobEventSource? Source(JsonElement json) => !json.TryGetProperty("source", out _) ? JobEventSource.Hook : Text(json, "source") switch
    {
        "hook" => JobEventSource.Hook,
        "accounting" => JobEventSource.Accounting,
        _ => null,
    };

    private string? Time(JsonElement json, string key, out long? ms)
    {
        ms = null;
        if (!json.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            _ => "",
        };
        if (text.Length > 64 || !EventTime.TryParse(text, out var time))
            return $"{key}: expected unix seconds or ISO 8601 (UTC)";
        if (time > nowMs + AheadMs)
            return $"{key}: more than an hour ahead of this host's clock";
        ms = time;
        return null;
    }

    /// <summary>As text, or as bytes in hexadecimal: what a shell can write of any name.</summary>
    private static string? Name(JsonElement json, out string name)
    {
        name = "";
        if (!json.TryGetProperty("jobNameHex", out _))
        {
            name = HostileText.Cut(Text(json, "jobName") ?? "", JobEvent.MaxText);
            return null;
        }
        if (Text(json, "jobNameHex") is not { } hex || hex.Length % 2 != 0 || hex.Length > 16 * JobEvent.MaxText || hex.Any(c => !char.IsAsciiHexDigit(c)))
            return string.Create(CultureInfo.InvariantCulture, $"jobNameHex: expected at most {16 * JobEvent.MaxText} hexadecimal digits, two a byte");
        name = HostileText.Cut(Encoding.UTF8.GetString(Convert.FromHexString(hex)), JobEvent.MaxText);
        return null;
    }

    private string? Nodes(JsonElement json, out string list, out int count)
    {
        list = "";
        count = 0;
        if (!json.TryGetProperty("nodes", out var value))
            return "nodes: missing";
        IReadOnlyList<string> names;
        if (value.ValueKind == JsonValueKind.String)
        {
            if (Hostlist.Expand(value.GetString()!, out names) is { } why)
                return $"nodes: {OneLine.Of(why)}";
        }
        else if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= Hostlist.MaxNames)
        {
            names = value.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.String ? v.GetString()! : "").Distinct(StringComparer.Ordinal).ToArray();
            if (!names.All(HostName.IsValid))
                return "nodes: a name that is no node's";
        }
        else
        {
            return $"nodes: expected Slurm's list, or an array of at most {Hostlist.MaxNames} names";
        }
        if (names.Count == 0)
            return "nodes: none";
        if ((_nodesLeft -= names.Count) < 0)
            return $"nodes: more than {JobEventJson.MaxNodes} in one request; send fewer events at once";
        (list, count) = (Hostlist.CompressSorted(names), names.Count);
        return null;
    }

    private static string? Text(JsonElement json, string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
