using System.Text.Json;
using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Http.Routes;

/// <summary>Reads the body of a verdict: bad words become one line each.</summary>
internal static class VerdictBody
{
    public const int MaxBytes = 16 << 10;

    /// <param name="holder">Of the token; null where no token is asked for: then the body may say who.</param>
    public static (VerdictWords? Words, string? Problem) Read(ReadOnlySpan<byte> body, string? holder, long nowMs)
    {
        var problems = new List<string>();
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return (null, "expected a JSON object");
            foreach (var field in json.RootElement.EnumerateObject())
            {
                if (field.Name is not ("verdict" or "scope" or "until" or "note" or "metric" or "who"))
                    problems.Add($"{OneLine.Of(field.Name, 60)}: no such field; there are verdict, scope, until, note, metric, who");
                else if (field.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                    fields[field.Name] = field.Value.ToString();
                else if (field.Value.ValueKind != JsonValueKind.Null)
                    problems.Add($"{field.Name}: expected text");
            }
        }
        catch (JsonException)
        {
            return (null, "the body is no JSON");
        }
        var word = Word<VerdictWord>("verdict", null);
        var scope = Word<VerdictScope>("scope", VerdictScope.Node);
        var until = Until();
        var note = Text("note", Verdict.MaxNote) ?? "";
        var metric = Text("metric", NodeKey.MaxLength);
        var who = holder ?? Text("who", Verdict.MaxWho) ?? "anyone";
        return problems.Count > 0 ? (null, string.Join("; ", problems)) : (new VerdictWords(word, scope, metric, until, note, who), null);

        string? Text(string name, int most)
        {
            if (!fields.TryGetValue(name, out var text) || text.Length == 0)
                return null;
            if (text.Length <= most && !text.Any(c => char.IsControl(c) && c != '\n'))
                return text;
            problems.Add($"{name}: expected at most {most} characters, none of them a control character");
            return null;
        }

        T Word<T>(string name, T? fallback)
            where T : struct, Enum
        {
            if (!fields.TryGetValue(name, out var text) && fallback is { } usual)
                return usual;
            foreach (var value in Enum.GetValues<T>())
            {
                if (Schema.Word(value) == text)
                    return value;
            }
            problems.Add($"{name}: {(text is null ? "missing" : $"'{OneLine.Of(text, 60)}'")}, expected one of {string.Join(", ", Enum.GetValues<T>().Select(v => Schema.Word(v)))}");
            return default;
        }

        long? Until()
        {
            if (!fields.TryGetValue("until", out var text) || text.Length == 0)
                return null;
            // "7d" is from now on; a bare number is a time.
            if (char.IsAsciiLetterLower(text[^1]) && DurationText.TryParse(text, out var span))
                return nowMs + (long)span.TotalMilliseconds;
            if (EventTime.TryParse(text, out var ms))
                return ms;
            problems.Add($"until: '{OneLine.Of(text, 60)}', expected a time, or how long from now, e.g. 2026-01-31T14:00:00Z or 7d");
            return null;
        }
    }
}
