using System.Text.Json;
using Tocsin.Shared;

namespace Tocsin.Daemon.Http;

/// <summary>The fields of a small JSON object that came from outside, and what is wrong with them.</summary>
internal sealed class JsonFields
{
    public const int MaxBytes = 16 << 10;

    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];

    public JsonFields(ReadOnlySpan<byte> body, params IReadOnlyList<string> known)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                _problems.Add("expected a JSON object");
            else
                Take(json.RootElement, known);
        }
        catch (JsonException)
        {
            _problems.Add("the body is no JSON");
        }
    }

    /// <summary>Null where all is well; else everything that is not, in one line.</summary>
    public string? Problem => _problems.Count == 0 ? null : string.Join("; ", _problems);

    public void Wrong(string what) => _problems.Add(what);

    public string? Text(string name, int most, bool needed = false)
    {
        if (!_fields.TryGetValue(name, out var text) || text.Length == 0)
        {
            if (needed)
                _problems.Add($"{name}: missing");
            return null;
        }
        if (text.Length <= most && !text.Any(c => char.IsControl(c) && c != '\n'))
            return text;
        _problems.Add($"{name}: expected at most {most} characters, none of them a control character");
        return null;
    }

    private void Take(JsonElement root, IReadOnlyList<string> known)
    {
        foreach (var field in root.EnumerateObject())
        {
            if (!known.Contains(field.Name))
                _problems.Add($"{OneLine.Of(field.Name, 60)}: no such field; there are {string.Join(", ", known)}");
            else if (field.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                _fields[field.Name] = field.Value.ToString();
            else if (field.Value.ValueKind != JsonValueKind.Null)
                _problems.Add($"{field.Name}: expected text");
        }
    }
}
